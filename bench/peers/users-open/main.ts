/** users' own profile route without its door: the same handler behind `publicRoute()`, for one person. Only for measuring. */
import { readMe as readMeContract } from '@app/contracts/users'
import { publicRoute } from '@app/http/access'
import { answer, route } from '@app/http/route'
import { serveService } from '@app/http/serve'
import { createServiceApp } from '@app/http/service-app'
import { versionHeader } from '@app/http/version-header'
import type { Log } from '@app/log/log'
import { openConnections } from '@app/service/connections'
import { runProgram } from '@app/service/program'
import { type Config, readServiceConfig } from '@app/users/config'
import { readMe } from '@app/users/users'

const { argv, env } = process

await runProgram({ service: 'users', mainUrl: import.meta.url, argument: argv[2], env, readConfig: readServiceConfig, serve })

async function serve(config: Config, log: Log): Promise<void> {
  const open = openConnections('users', config, log)
  const session = await open.sessions.findSession({ sessionToken: env['BENCH_SESSION_TOKEN'] })
  if (session === null) throw new Error('BENCH_SESSION_TOKEN is no session')
  const actor = { kind: 'user', userId: session.userId, sessionId: session.id, session } as const
  const apps = createServiceApp({
    ...open.gate,
    service: 'users',
    routes: [
      route(readMeContract, publicRoute(), async ({ request }) => {
        const view = await readMe({ db: open.app.db }, actor, { requestId: request.id, traceparent: request.traceparent ?? undefined })
        return answer(200, view, versionHeader(view.version))
      }),
    ],
    callers: {},
    ready: [open.app.check],
    log,
  })
  const { VESTIBULE_LISTEN_HOST: host, VESTIBULE_LISTEN_PORT: port, VESTIBULE_INTERNAL_PORT: internalPort } = config
  await serveService({ ...apps, host, port, internalPort, log, stop: [open.close] })
}
