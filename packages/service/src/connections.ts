/** What every service opens in the same way: its database, the broker, and whom it asks who is calling and what they may do. */
import type { Check } from '@app/contracts/health'
import { type Database, openDatabase } from '@app/db/database'
import type { StandingRules } from '@app/http/standing'
import type { Log } from '@app/log/log'
import { createPermissionChecker, type PermissionChecker } from '@app/ory/permissions'
import { createSessionReader, type SessionReader } from '@app/ory/session'
import { type Broker, connectBroker } from '@app/outbox/broker'
import { createRevocationListener, type RevocationListener } from '@app/revocations/listener'
import type { ConnectionConfig } from './fields.ts'

export interface Connections {
  /** The role of requests. */
  readonly app: Database
  /** The role of workers. */
  readonly system: Database
  readonly broker: Broker
  readonly sessions: SessionReader
  readonly permissions: PermissionChecker
  readonly standing: StandingRules
  /** What `createServiceApp` takes beside routes, callers and checks. */
  readonly gate: {
    readonly sessions: SessionReader
    readonly permissions: PermissionChecker
    readonly standing: StandingRules
    readonly publicOrigin: string
    readonly allowedOrigins: readonly string[]
  }
  /** Whether sessions are kept: worth showing, but without it a service does its work all the same. Empty when switched off. */
  readonly caches: readonly Check[]
  /** Workers have to be stopped before. */
  readonly close: () => Promise<void>
}

/** Ends sessions: nobody is believed to be signed in while it is not heard. */
const whoEndsSessions = ['identity']

/** Everything connects in the background, for ever. `kratosAdminUrl` is for identity alone: nobody else reaches it. */
export function openConnections(service: string, config: ConnectionConfig, log: Log, kratosAdminUrl?: string): Connections {
  const database = (role: 'app' | 'system', password: string) =>
    openDatabase({ url: config.VESTIBULE_DATABASE_URL, role: `${service}_${role}`, password, log })
  const app = database('app', config.VESTIBULE_DATABASE_APP_PASSWORD)
  const system = database('system', config.VESTIBULE_DATABASE_SYSTEM_PASSWORD)
  const broker = connectBroker({ ...brokerOptions(config), name: service, log })
  const revocations = config.VESTIBULE_SESSION_CACHE === 'off' ? undefined : listen(service, config, log)
  const sessions = createSessionReader({ kratosPublicUrl: config.VESTIBULE_KRATOS_PUBLIC_URL, kratosAdminUrl, revocations, log })
  const permissions = createPermissionChecker({ ketoReadUrl: config.VESTIBULE_KETO_READ_URL, log })
  const standing = standingRules(config)
  return {
    app,
    system,
    broker,
    sessions,
    permissions,
    standing,
    gate: { sessions, permissions, standing, publicOrigin: config.VESTIBULE_PUBLIC_URL, allowedOrigins: config.VESTIBULE_ALLOWED_ORIGINS },
    caches: revocations === undefined ? [] : [cacheCheck(revocations)],
    close: async () => {
      sessions.close()
      permissions.close()
      await Promise.all([broker.close(), revocations?.close(), app.close(), system.close()])
    },
  }
}

/** For whoever opens a further connection to the broker. */
export function brokerOptions(config: ConnectionConfig) {
  return { url: config.VESTIBULE_BROKER_URL, password: config.VESTIBULE_BROKER_PASSWORD, prefix: config.VESTIBULE_EXCHANGE_PREFIX }
}

function listen(service: string, config: ConnectionConfig, log: Log): RevocationListener {
  return createRevocationListener({ ...brokerOptions(config), expects: whoEndsSessions, name: service, log })
}

function standingRules(config: ConnectionConfig): StandingRules {
  return {
    passwordMaxAgeDays: config.VESTIBULE_PASSWORD_MAX_AGE_DAYS,
    termsVersion: config.VESTIBULE_TERMS_VERSION,
    clock: () => new Date(),
  }
}

function cacheCheck({ check }: RevocationListener): Check {
  return {
    name: 'session cache',
    required: false,
    check: async () => {
      const reason = await check.check()
      return reason === null ? null : `every request asks Kratos: ${reason}`
    },
  }
}
