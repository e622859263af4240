/** The smallest service with better-auth: Hono, Postgres, e-mail and password. */
import { serve } from '@hono/node-server'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { Hono } from 'hono'
import pg from 'pg'

const { DATABASE_URL, ORIGIN, BASE_PATH, PORT, COOKIE_CACHE } = process.env

const auth = betterAuth({
  baseURL: ORIGIN,
  basePath: BASE_PATH,
  secret: 'only-for-measuring-0123456789-abcdef',
  database: new pg.Pool({ connectionString: DATABASE_URL, max: 10 }),
  emailAndPassword: { enabled: true },
  session: { cookieCache: { enabled: COOKIE_CACHE === '1', maxAge: 3600 } },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
})
const { runMigrations } = await getMigrations(auth.options)
await runMigrations()

const app = new Hono()
app.on(['GET', 'POST'], `${BASE_PATH}/*`, (c) => auth.handler(c.req.raw))
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(PORT) }, () => process.send?.('ready'))
// nginx keeps connections for a minute: as with ours, it is never the service that closes one about to be used.
server.keepAliveTimeout = 75_000
