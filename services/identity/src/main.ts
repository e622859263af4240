/** `node main.js` serves; `node main.js migrate` brings the database up to date with the owner's password and ends. */
import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '@app/config/read-config'
import { openDatabase } from '@app/db/database'
import { migrate } from '@app/db/migrate'
import { serveService } from '@app/http/serve'
import { createLog, type Log } from '@app/log/log'
import { createPermissionChecker } from '@app/ory/permissions'
import { createSessionReader } from '@app/ory/session'
import { createTupleWriter } from '@app/ory/tuples'
import { connectBroker } from '@app/outbox/broker'
import { startRelay } from '@app/outbox/relay'
import { createRevocationPublisher } from '@app/revocations/publisher'
import { Registry } from 'prom-client'
import { createApp } from './app.ts'
import { readMigrateConfig, readServeConfig, type ServeConfig } from './config.ts'
import type { Deps } from './deps.ts'
import { createKratosAdmin } from './kratos-admin.ts'
import { createLocks } from './locks.ts'
import { createRevocations } from './revocations.ts'
import { sessionRulesOf } from './sessions/rules.ts'
import { createUpstream } from './upstream.ts'
import { startWorkers } from './workers.ts'

const service = 'identity'

try {
  if (process.argv[2] === 'migrate') await runMigrations()
  else await serve(readServeConfig(process.env))
} catch (error) {
  const log = createLog({ service })
  if (error instanceof ConfigError) log.fatal({ problems: error.problems }, error.message)
  else log.fatal({ err: error }, 'did not start')
  process.exitCode = 1
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

async function serve(config: ServeConfig): Promise<void> {
  const log = createLog({ service, level: config.VESTIBULE_LOG_LEVEL })
  const metrics = new Registry()
  const { app, system, broker, publisher, sessions, permissions, tuples, ...open } = connect(config, log)
  const deps: Deps = {
    ...open,
    app,
    system,
    sessions,
    permissions,
    tuples,
    revocations: createRevocations(publisher),
    publicOrigin: config.VESTIBULE_PUBLIC_URL,
    standing: {
      passwordMaxAgeDays: config.VESTIBULE_PASSWORD_MAX_AGE_DAYS,
      termsVersion: config.VESTIBULE_TERMS_VERSION,
      clock: () => new Date(),
    },
    sessionRules: sessionRulesOf(config),
    clock: () => new Date(),
    log,
  }
  const relay = startRelay({ service, system, broker, log, metrics })
  const workers = startWorkers(deps)
  const apps = createApp({
    deps,
    callers: {
      kratos: config.VESTIBULE_CALLER_KRATOS_SECRET,
      users: config.VESTIBULE_CALLER_USERS_SECRET,
      operator: config.VESTIBULE_CALLER_OPERATOR_SECRET,
    },
    ready: [app.check, broker.check, relay.check, publisher.check, sessions.ready(), deps.kratos.ready, permissions.ready()],
    metrics,
  })
  await serveService({
    ...apps,
    host: config.VESTIBULE_LISTEN_HOST,
    port: config.VESTIBULE_LISTEN_PORT,
    internalPort: config.VESTIBULE_INTERNAL_PORT,
    log,
    stop: [
      workers.stop,
      relay.stop,
      publisher.close,
      broker.close,
      deps.locks.close,
      app.close,
      system.close,
      async () => {
        for (const client of [sessions, permissions, tuples, deps.kratos, deps.kratosPublic]) client.close()
      },
    ],
  })
}

function connect(config: ServeConfig, log: Log) {
  const database = (role: 'app' | 'system', password: string) =>
    openDatabase({ url: config.VESTIBULE_DATABASE_URL, role: `${service}_${role}`, password, log })
  const system = database('system', config.VESTIBULE_DATABASE_SYSTEM_PASSWORD)
  return {
    app: database('app', config.VESTIBULE_DATABASE_APP_PASSWORD),
    system,
    locks: createLocks(system),
    broker: connectBroker({
      url: config.VESTIBULE_BROKER_URL,
      password: config.VESTIBULE_BROKER_PASSWORD,
      prefix: config.VESTIBULE_EXCHANGE_PREFIX,
      name: service,
      log,
    }),
    publisher: createRevocationPublisher({
      url: config.VESTIBULE_BROKER_URL,
      password: config.VESTIBULE_BROKER_PASSWORD,
      prefix: config.VESTIBULE_EXCHANGE_PREFIX,
      // The same after a restart, and another for each replica.
      publisherId: `${service}@${hostname()}:${config.VESTIBULE_INTERNAL_PORT}`,
      log,
    }),
    sessions: createSessionReader({ kratosPublicUrl: config.VESTIBULE_KRATOS_PUBLIC_URL, log }),
    permissions: createPermissionChecker({ ketoReadUrl: config.VESTIBULE_KETO_READ_URL, log }),
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
