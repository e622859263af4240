/** `node main.js` serves; `node main.js migrate` brings the database up to date with the owner's password and ends. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '@app/config/read-config'
import { openDatabase } from '@app/db/database'
import { migrate } from '@app/db/migrate'
import { createInternalClient } from '@app/http/internal-client'
import { serveService } from '@app/http/serve'
import { createLog, type Log } from '@app/log/log'
import { createPermissionChecker } from '@app/ory/permissions'
import { createSessionReader } from '@app/ory/session'
import { connectBroker } from '@app/outbox/broker'
import { startConsumers } from '@app/outbox/consumers'
import { startRelay } from '@app/outbox/relay'
import { Registry } from 'prom-client'
import { createApp } from './app.ts'
import { type Config, readMigrateConfig, readServiceConfig } from './config.ts'
import { userConsumers } from './consumers.ts'

const service = 'users'

try {
  if (process.argv[2] === 'migrate') await runMigrations()
  else await serve(readServiceConfig(process.env))
} catch (error) {
  const log = createLog({ service })
  if (error instanceof ConfigError) log.fatal({ problems: error.problems }, 'The configuration cannot be used')
  else log.fatal({ err: error }, 'did not start')
  // Connections may be open already, and would keep the process alive.
  process.exit(1)
}

async function runMigrations(): Promise<void> {
  const config = readMigrateConfig(process.env)
  const log = createLog({ service, level: config.VESTIBULE_LOG_LEVEL })
  const applied = await migrate({
    url: config.VESTIBULE_DATABASE_URL,
    role: `${service}_owner`,
    password: config.VESTIBULE_DATABASE_OWNER_PASSWORD,
    sets: [
      { name: 'outbox', folder: migrationsFolder('outbox', '../../../packages/outbox/migrations') },
      { name: service, folder: migrationsFolder(service, '../migrations') },
    ],
  })
  log.info({ applied }, 'migrated')
}

/** Beside the bundle, or where the source has it. */
function migrationsFolder(set: string, inSource: string): string {
  const bundled = fileURLToPath(new URL(`./migrations/${set}`, import.meta.url))
  return existsSync(bundled) ? bundled : fileURLToPath(new URL(inSource, import.meta.url))
}

async function serve(config: Config): Promise<void> {
  const log = createLog({ service, level: config.VESTIBULE_LOG_LEVEL })
  const metrics = new Registry()
  const open = connect(config, log)
  const { app, system, broker, sessions, permissions, identity } = open
  const relay = startRelay({ service, system, broker, log, metrics })
  const consumers = startConsumers({ service, system, broker, consumers: userConsumers({ identity }), log, metrics })
  const apps = createApp({
    db: app.db,
    sessions,
    permissions,
    standing: {
      passwordMaxAgeDays: config.VESTIBULE_PASSWORD_MAX_AGE_DAYS,
      termsVersion: config.VESTIBULE_TERMS_VERSION,
      clock: () => new Date(),
    },
    callers: { notifications: config.VESTIBULE_CALLER_NOTIFICATIONS_SECRET },
    publicOrigin: config.VESTIBULE_PUBLIC_URL,
    ready: [app.check, broker.check, relay.check, consumers.check, sessions.ready(), permissions.ready()],
    log,
    metrics,
  })
  await serveService({
    ...apps,
    host: config.VESTIBULE_LISTEN_HOST,
    port: config.VESTIBULE_LISTEN_PORT,
    internalPort: config.VESTIBULE_INTERNAL_PORT,
    log,
    stop: [
      () => together(consumers.stop(), relay.stop()),
      () => together(broker.close(), app.close(), system.close()),
      async () => {
        sessions.close()
        permissions.close()
      },
    ],
  })
}

async function together(...closing: Promise<void>[]): Promise<void> {
  await Promise.all(closing)
}

function connect(config: Config, log: Log) {
  const database = (role: 'app' | 'system', password: string) =>
    openDatabase({ url: config.VESTIBULE_DATABASE_URL, role: `${service}_${role}`, password, log })
  return {
    app: database('app', config.VESTIBULE_DATABASE_APP_PASSWORD),
    system: database('system', config.VESTIBULE_DATABASE_SYSTEM_PASSWORD),
    broker: connectBroker({
      url: config.VESTIBULE_BROKER_URL,
      password: config.VESTIBULE_BROKER_PASSWORD,
      prefix: config.VESTIBULE_EXCHANGE_PREFIX,
      name: service,
      log,
    }),
    sessions: createSessionReader({ kratosPublicUrl: config.VESTIBULE_KRATOS_PUBLIC_URL, log }),
    permissions: createPermissionChecker({ ketoReadUrl: config.VESTIBULE_KETO_READ_URL, log }),
    identity: createInternalClient({
      baseUrl: config.VESTIBULE_IDENTITY_INTERNAL_URL,
      secret: config.VESTIBULE_IDENTITY_SECRET[0] ?? '',
      caller: service,
    }),
  }
}
