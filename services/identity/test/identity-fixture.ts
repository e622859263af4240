/** This service with a Kratos of its own that calls its hooks, and a database of its own. */
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { DependencyDown } from '@app/contracts/common-problems'
import { openDatabase } from '@app/db/database'
import { serveService } from '@app/http/serve'
import { createLog } from '@app/log/log'
import { createSessionReader } from '@app/ory/session'
import type { OryInputSource } from '@app/ory-config/input'
import { type TestDatabase, testDatabase } from '@app/testing/database'
import { type PrivateKratos, startPrivateKratos } from '@app/testing/private-ory'
import { freePorts } from '@app/testing/server-process'
import { testServers } from '@app/testing/servers'
import { startTcpProxy, type TcpProxy } from '@app/testing/tcp-proxy'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { createApp } from '../src/app.ts'
import type { Deps } from '../src/deps.ts'
import { createKratosAdmin } from '../src/kratos-admin.ts'
import { createGuardKeys } from '../src/limits/guard-keys.ts'
import { type LimitRules, limitFields, limitRulesOf } from '../src/limits/rules.ts'
import { createLocks } from '../src/locks.ts'
import { createUpstream } from '../src/upstream.ts'
import { startWorkers } from '../src/workers.ts'
import { Visitor } from './visitor.ts'

export const publicOrigin = 'http://localhost:8080'
const roomy = { count: 1_000_000, seconds: 300 }
export const secrets = {
  guard: randomBytes(24).toString('base64url'),
  kratos: randomBytes(24).toString('base64url'),
  users: 'users-secret-of-tests',
  operator: 'operator-secret-of-tests',
}
const migrationSets = [
  { name: 'outbox', folder: fileURLToPath(new URL('../../../packages/outbox/migrations', import.meta.url)) },
  { name: 'identity', folder: fileURLToPath(new URL('../migrations', import.meta.url)) },
]

export interface Surroundings {
  readonly kratos: PrivateKratos
  readonly database: TestDatabase
  /** Everything that this service says to its database goes through here. */
  readonly databaseProxy: TcpProxy
  readonly port: number
  readonly internalPort: number
  close(): Promise<void>
}

/** Kratos, whose hooks go to a port that is still free, and a migrated database. */
export async function startSurroundings({ codeMode = 'passwordless', ory }: IdentityOptions = {}): Promise<Surroundings> {
  const [port = 0, internalPort = 0] = await freePorts(2)
  const hooks = { url: `http://127.0.0.1:${internalPort}`, secret: secrets.kratos }
  const postgres = new URL(testServers().postgresUrl)
  const databaseProxy = await startTcpProxy({ host: postgres.hostname, port: Number(postgres.port || 5432) })
  const [kratos, database] = await Promise.all([
    startPrivateKratos({ input: { hooks, codeMode, ...ory } }),
    testDatabase('identity', migrationSets, { through: databaseProxy }),
  ])
  return {
    kratos,
    database,
    databaseProxy,
    port,
    internalPort,
    close: async () => {
      await kratos.close()
      await database.drop()
      await databaseProxy.close()
    },
  }
}

export interface Identity extends Surroundings {
  readonly deps: Deps
  /** What was published, oldest first. */
  readonly revoked: { readonly scope: string; readonly id: string }[]
  /** What was told so far about one identity, or all; sign-ins and ends of sessions, which any test has on the way, left out. */
  events(subject?: string): Promise<{ type: string; subject: string; version: number; change: string | null }[]>
  visitor(): Visitor
  internal(path: string, options?: { method?: string; body?: unknown; secret?: string }): Promise<{ status: number; json: unknown }>
}

export interface IdentityOptions extends Partial<Pick<Deps, 'administratorsNeedSecondFactor' | 'passwordsExpire'>> {
  /** Default passwordless. */
  readonly codeMode?: Deps['codeMode']
  readonly workers?: boolean
  /** Over the generated input of Kratos. */
  readonly ory?: Partial<OryInputSource>
  readonly permissions?: Deps['permissions']
  readonly tuples?: Deps['tuples']
  readonly sessionRules?: Partial<Deps['sessionRules']>
  readonly standing?: Partial<Deps['standing']>
  readonly clock?: Deps['clock']
  /** Default `off`: most tests are about something else. */
  readonly registrationProof?: Deps['registrationProof']
  /** What notifications is given; default: it is down, and messages stay in `outgoing_messages`. */
  readonly notifications?: Deps['notifications']
  /** Default: nobody else keeps anything. */
  readonly exporters?: Deps['exporters']
  /** Over the defaults, with room for everything that comes from one address. */
  readonly limitRules?: Partial<LimitRules>
}

/** The real app in this process; Keto's side is a stand-in unless given. */
export async function startIdentity(options: IdentityOptions = {}): Promise<Identity> {
  const around = await startSurroundings(options)
  const revoked: Identity['revoked'] = []
  const deps = openDeps(around, revoked, options)
  const apps = createApp({
    deps,
    callers,
    ready: [deps.kratos.ready],
  })
  const workers = options.workers === false ? null : startWorkers(deps)
  const service = await serveService({
    ...apps,
    host: '127.0.0.1',
    port: around.port,
    internalPort: around.internalPort,
    log: deps.log,
    stop: [],
    process: noSignals,
  })
  return {
    ...around,
    deps,
    revoked,
    events: (subject) => eventsIn(around.database, subject),
    visitor: () => new Visitor(`http://127.0.0.1:${around.port}`, around.kratos.publicUrl),
    internal: (path, asked) => callInternal(around.internalPort, path, asked),
    close: async () => {
      await workers?.stop()
      await service.stop()
      await deps.locks.close()
      for (const client of [deps.sessions, deps.kratos, deps.kratosPublic]) client.close()
      await around.close()
    },
  }
}

/** Another instance beside the first, on the same database and Kratos. */
export async function startSecondInstance(first: Identity, limitRules: Partial<LimitRules> = {}) {
  const [port = 0, internalPort = 0] = await freePorts(2)
  const deps = { ...first.deps, locks: createLocks(first.database.system), limitRules: { ...first.deps.limitRules, ...limitRules } }
  const apps = createApp({ deps, callers, ready: [] })
  const service = await serveService({ ...apps, host: '127.0.0.1', port, internalPort, log: deps.log, stop: [], process: noSignals })
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await service.stop()
      await deps.locks.close()
    },
  }
}

const noSignals = { on: () => process, off: () => process, exit: (): never => process.exit() }

/** What a process of its own needs to know; see `process.ts`. */
export interface ProcessSettings {
  readonly port: number
  readonly internalPort: number
  readonly kratosSecret: string
  readonly kratos: Pick<PrivateKratos, 'publicUrl' | 'adminUrl'>
  readonly database: Pick<TestDatabase, 'url' | 'name' | 'passwords'>
}

/** The service with its own connections, as `main.ts` runs it; without Keto and a broker. */
export async function runService(settings: ProcessSettings): Promise<void> {
  const { database, kratos, port, internalPort, kratosSecret } = settings
  const open = (role: 'app' | 'system') =>
    openDatabase({ url: database.url, role: `${database.name}_${role}`, password: database.passwords[role] })
  const deps = openDeps({ kratos, database: { app: open('app'), system: open('system') } }, [], {})
  startWorkers(deps)
  const apps = createApp({ deps, callers: { ...callers, kratos: [kratosSecret] }, ready: [deps.kratos.ready] })
  await serveService({ ...apps, host: '127.0.0.1', port, internalPort, log: deps.log, stop: [] })
}

const callers = { kratos: [secrets.kratos], users: [secrets.users], operator: [secrets.operator] }

interface Opened {
  readonly kratos: Pick<PrivateKratos, 'publicUrl' | 'adminUrl'>
  readonly database: Pick<TestDatabase, 'app' | 'system'>
}

function openDeps(around: Opened, revoked: Identity['revoked'], options: IdentityOptions): Deps {
  const { kratos, database } = around
  const log = createLog({ service: 'identity', level: process.env['TEST_LOG'] === '1' ? 'info' : 'silent' })
  return {
    app: database.app,
    system: database.system,
    kratos: createKratosAdmin(kratos.adminUrl),
    kratosPublic: createUpstream(kratos.publicUrl),
    sessions: createSessionReader({ kratosPublicUrl: kratos.publicUrl, kratosAdminUrl: kratos.adminUrl, log }),
    permissions: options.permissions ?? { isAllowed: async () => false, areAllowed: async (checks) => checks.map(() => false) },
    tuples: options.tuples ?? { sync: async () => {} },
    revocations: { publish: async (one) => void revoked.push(one) },
    locks: createLocks(database.system),
    guardKeys: createGuardKeys(secrets.guard),
    limitRules: {
      ...limitRulesOf(z.object(limitFields).parse({})),
      range: roomy,
      sender: roomy,
      answerDeadlineMs: 0,
      ...options.limitRules,
    },
    publicOrigin,
    codeMode: options.codeMode ?? 'passwordless',
    administratorsNeedSecondFactor: options.administratorsNeedSecondFactor ?? false,
    passwordsExpire: options.passwordsExpire ?? false,
    standing: { passwordMaxAgeDays: 0, termsVersion: '', clock: () => new Date(), ...options.standing },
    terms: { url: 'https://example.org/terms/{locale}' },
    notifications: options.notifications ?? { call: async () => Promise.reject(DependencyDown()) },
    exporters: options.exporters ?? {},
    codeKey: 'key of codes in tests',
    smsPrefixes: ['+31', '+32'],
    registrationProof: options.registrationProof ?? 'off',
    sessionRules: {
      activityDays: 90,
      idleMinutes: 0,
      maxNative: 0,
      nativeLimit: 'end-oldest',
      impersonationConsent: 'required',
      ...options.sessionRules,
    },
    leaving: { graceDays: 14 },
    peopleRules: { invitationHours: 72, signInLinkHours: 2 },
    clock: options.clock ?? (() => new Date()),
    log,
  }
}

export async function eventsIn({ owner }: TestDatabase, subject?: string) {
  const of = subject === undefined ? sql`true` : sql`subject = ${subject}`
  const rows = await owner.db.execute<{ type: string; subject: string; version: string; change: string | null }>(
    sql`select type, subject, version, body->'data'->>'change' as change from outbox where ${of} and type not like 'identity.sign-in.%' and type not like 'identity.session.%' order by sequence`,
  )
  return [...rows].map(({ type, subject: id, version, change }) => ({ type, subject: id, version: Number(version), change }))
}

export async function callInternal(
  port: number,
  path: string,
  { method = 'GET', body, secret }: { method?: string; body?: unknown; secret?: string } = {},
) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const json: unknown = text === '' ? undefined : JSON.parse(text)
  return { status: response.status, json }
}
