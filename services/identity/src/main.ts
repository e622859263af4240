/** `node main.js` serves; `node main.js migrate` brings the database up to date with the owner's password and ends. */
import { hostname } from 'node:os'
import { createInternalClient } from '@app/http/internal-client'
import { createSeenReporter } from '@app/http/seen-sessions'
import { serveService } from '@app/http/serve'
import type { Log } from '@app/log/log'
import { createTupleWriter } from '@app/ory/tuples'
import { startConsumers } from '@app/outbox/consumers'
import { startRelay } from '@app/outbox/relay'
import { createRevocationPublisher } from '@app/revocations/publisher'
import { brokerOptions, openConnections } from '@app/service/connections'
import { runProgram } from '@app/service/program'
import { Registry } from 'prom-client'
import { createApp } from './app.ts'
import { readServeConfig, type ServeConfig } from './config.ts'
import { consumers } from './consumers.ts'
import type { Deps } from './deps.ts'
import { createKratosAdmin } from './kratos-admin.ts'
import { createGuardKeys } from './limits/guard-keys.ts'
import { limitRulesOf } from './limits/rules.ts'
import { createLocks } from './locks.ts'
import { peopleRulesOf } from './people/rules.ts'
import { createRevocations } from './revocations.ts'
import { sessionRulesOf } from './sessions/rules.ts'
import { noteSeen } from './sessions/seen-sessions.ts'
import { createUpstream } from './upstream.ts'
import { startWorkers } from './workers.ts'

const service = 'identity'
const { argv, env } = process

await runProgram({ service, mainUrl: import.meta.url, argument: argv[2], env, readConfig: readServeConfig, serve })

async function serve(config: ServeConfig, log: Log): Promise<void> {
  const metrics = new Registry()
  const open = openConnections(service, config, log, config.VESTIBULE_KRATOS_ADMIN_URL)
  const { app, system, broker, sessions, permissions } = open
  // The same after a restart, and another for each replica.
  const publisherId = `${service}@${hostname()}:${config.VESTIBULE_INTERNAL_PORT}`
  const publisher = createRevocationPublisher({ ...brokerOptions(config), publisherId, log })
  const ory = openOry(config, log)
  const seen = createSeenReporter({ report: (used) => noteSeen({ app }, used), log })
  const notifications = clientOf(config.VESTIBULE_NOTIFICATIONS_INTERNAL_URL, config.VESTIBULE_NOTIFICATIONS_SECRET)
  const deps: Deps = {
    ...open.gate,
    ...ory,
    sessions: seen.watch(sessions),
    app,
    system,
    revocations: createRevocations(publisher),
    locks: createLocks(system),
    codeMode: config.VESTIBULE_CODE_MODE,
    administratorsNeedSecondFactor: config.VESTIBULE_ADMIN_SECOND_FACTOR === 'on',
    passwordsExpire: config.VESTIBULE_PASSWORD_MAX_AGE_DAYS > 0,
    notifications,
    exporters: { users: clientOf(config.VESTIBULE_USERS_INTERNAL_URL, config.VESTIBULE_USERS_SECRET), notifications },
    codeKey: config.VESTIBULE_CODE_KEY,
    smsPrefixes: config.VESTIBULE_SMS_PREFIXES,
    registrationProof: config.VESTIBULE_REGISTRATION_PROOF,
    guardKeys: createGuardKeys(config.VESTIBULE_GUARD_SECRET[0] ?? ''),
    limitRules: limitRulesOf(config),
    sessionRules: sessionRulesOf(config),
    terms: { url: config.VESTIBULE_TERMS_URL },
    leaving: { graceDays: config.VESTIBULE_DELETION_GRACE_DAYS },
    peopleRules: peopleRulesOf(config),
    clock: () => new Date(),
    log,
  }
  const relay = startRelay({ service, system, broker, log, metrics })
  const consuming = startConsumers({ service, system, broker, consumers, log, metrics })
  const workers = startWorkers(deps)
  const own = [app.check, broker.check, relay.check, consuming.check, publisher.check]
  const apps = createApp({
    deps,
    callers: {
      kratos: config.VESTIBULE_CALLER_KRATOS_SECRET,
      users: config.VESTIBULE_CALLER_USERS_SECRET,
      operator: config.VESTIBULE_CALLER_OPERATOR_SECRET,
    },
    ready: [...own, sessions.ready(), deps.kratos.ready, permissions.ready(), ...open.caches],
    metrics,
  })
  await serveService({
    ...apps,
    host: config.VESTIBULE_LISTEN_HOST,
    port: config.VESTIBULE_LISTEN_PORT,
    internalPort: config.VESTIBULE_INTERNAL_PORT,
    log,
    stop: [
      seen.stop,
      workers.stop,
      consuming.stop,
      relay.stop,
      publisher.close,
      deps.locks.close,
      open.close,
      async () => {
        for (const client of [ory.tuples, ory.kratos, ory.kratosPublic]) client.close()
      },
    ],
  })
}

function clientOf(baseUrl: string, secrets: readonly string[]) {
  return createInternalClient({ baseUrl, secret: secrets[0] ?? '', caller: service })
}

function openOry(config: ServeConfig, log: Log) {
  return {
    tuples: createTupleWriter({
      ketoReadUrl: config.VESTIBULE_KETO_READ_URL,
      ketoWriteUrl: config.VESTIBULE_KETO_WRITE_URL,
      owns: ['Platform'],
      log,
    }),
    kratos: createKratosAdmin(config.VESTIBULE_KRATOS_ADMIN_URL),
    kratosPublic: createUpstream(config.VESTIBULE_KRATOS_PUBLIC_URL),
  }
}
