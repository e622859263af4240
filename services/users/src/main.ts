/** `node main.js` serves; `node main.js migrate` brings the database up to date with the owner's password and ends. */
import { noteSessionsSeen } from '@app/contracts/internal-sessions'
import { createActAsClient } from '@app/http/act-as-client'
import { createInternalClient } from '@app/http/internal-client'
import { createSeenReporter } from '@app/http/seen-sessions'
import { serveService } from '@app/http/serve'
import type { Log } from '@app/log/log'
import { startConsumers } from '@app/outbox/consumers'
import { startRelay } from '@app/outbox/relay'
import { openConnections } from '@app/service/connections'
import { runProgram } from '@app/service/program'
import { Registry } from 'prom-client'
import { createApp } from './app.ts'
import { type Config, readServiceConfig } from './config.ts'
import { userConsumers } from './consumers.ts'

const service = 'users'
const { argv, env } = process

await runProgram({ service, mainUrl: import.meta.url, argument: argv[2], env, readConfig: readServiceConfig, serve })

async function serve(config: Config, log: Log): Promise<void> {
  const metrics = new Registry()
  const open = openConnections(service, config, log)
  const { app, system, broker } = open
  const identity = createInternalClient({
    baseUrl: config.VESTIBULE_IDENTITY_INTERNAL_URL,
    secret: config.VESTIBULE_IDENTITY_SECRET[0] ?? '',
    caller: service,
  })
  const relay = startRelay({ service, system, broker, log, metrics })
  const consumers = startConsumers({ service, system, broker, consumers: userConsumers({ identity }), log, metrics })
  const seen = createSeenReporter({ report: (used) => identity.call(noteSessionsSeen, { body: { sessions: [...used] } }), log })
  const apps = createApp({
    ...open.gate,
    sessions: seen.watch(open.sessions),
    actAs: createActAsClient(identity),
    db: app.db,
    callers: { notifications: config.VESTIBULE_CALLER_NOTIFICATIONS_SECRET, identity: config.VESTIBULE_CALLER_IDENTITY_SECRET },
    ready: [app.check, broker.check, relay.check, consumers.check, open.sessions.ready(), open.permissions.ready(), ...open.caches],
    log,
    metrics,
  })
  await serveService({
    ...apps,
    host: config.VESTIBULE_LISTEN_HOST,
    port: config.VESTIBULE_LISTEN_PORT,
    internalPort: config.VESTIBULE_INTERNAL_PORT,
    log,
    stop: [seen.stop, async () => void (await Promise.all([consumers.stop(), relay.stop()])), open.close],
  })
}
