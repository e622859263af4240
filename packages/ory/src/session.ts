/**
 * Who is signed in: one call to Kratos per look-up, and never "no session" for a live one. With a feed of revocations a "yes" is
 * kept for a moment (`session-cache.ts`).
 */

import { IdentityServiceDown, SecondFactorRequired } from '@app/contracts/common-problems'
import type { Check } from '@app/contracts/health'
import type { Log } from '@app/log/log'
import { credentialHash, credentialOf, type SessionCredentials } from './credentials.ts'
import { shareFresh } from './fresh.ts'
import { type Answer, type Caller, createCaller, jsonOf } from './http-call.ts'
import { createNamedSessions, type NamedSessions } from './named-sessions.ts'
import { createWhoamiReader, type WhoamiReader } from './read-whoami.ts'
import { readReadiness, shareFor } from './readiness.ts'
import { createSessionCache, type RevocationFeed, type SessionCache } from './session-cache.ts'
import { KratosError, type Session } from './whoami.ts'

export type { SessionCredentials } from './credentials.ts'
export type { Session } from './whoami.ts'

export interface SessionReader {
  /**
   * The live session behind a cookie or token; null when there is none or its identity is not active.
   *
   * @throws {SecondFactorRequired} Kratos is configured to refuse the session's assurance level.
   * @throws {IdentityServiceDown} Kratos gave no usable answer in time; never reported as "no session".
   */
  readonly findSession: (credentials: SessionCredentials, options?: FindOptions) => Promise<Session | null>
  readonly ready: () => Check
  /** Closes the connections. */
  readonly close: () => void
}

export interface FindOptions {
  /** Asks Kratos also when an answer is kept: before a refusal. Default false. */
  readonly fresh?: boolean
}

export interface SessionReaderOptions {
  readonly kratosPublicUrl: string
  /** For whoever may use it: saves Kratos a third of its work. */
  readonly kratosAdminUrl?: string | undefined
  /** Default 1500. Bounds a look-up as a whole; one that has to wait for another of the same session may take half as long again. */
  readonly timeoutMs?: number
  /** Without it nothing is kept. */
  readonly revocations?: RevocationFeed | undefined
  readonly log: Log
}

type Headers = Readonly<Record<string, string>>

export function createSessionReader(options: SessionReaderOptions): SessionReader {
  const { timeoutMs = 1500, revocations, log } = options
  const kratos = connect(options)
  const cache = revocations === undefined ? null : createSessionCache(revocations)
  const ask = (asked: LookUp) => keeping(cache, asked.key, () => findOnce(kratos, withTime(asked, timeoutMs)))
  // Who waited for another's look-up may find its answer kept.
  const lookUp = shareFresh(async (asked: LookUp) => cache?.get(asked.key) ?? (await ask(asked)))
  const lookUpFresh = shareFresh(ask)
  const find = async (asked: LookUp, fresh: boolean) => {
    try {
      return await (fresh ? lookUpFresh : lookUp)(asked.key, asked)
    } catch (error) {
      if (IdentityServiceDown.is(error)) log.warn({ err: error.cause }, 'Kratos gave no usable answer')
      throw error
    }
  }
  return {
    findSession: async (credentials, { fresh = false } = {}) => {
      const credential = credentialOf(credentials)
      if (credential === null) return null
      const { header: headers } = credential
      const key = credentialHash(headers)
      const kept = fresh ? undefined : cache?.get(key)
      const session = kept ?? (await find({ key, headers, endsAt: performance.now() + timeoutMs }, fresh))
      return credential.guestOnly && session?.schemaId !== 'guest' ? null : session
    },
    ready: () => ({ name: 'kratos', check: shareFor(200, () => readReadiness(kratos.caller, '/health/ready', timeoutMs)) }),
    close: kratos.close,
  }
}

interface Kratos {
  readonly caller: Caller
  readonly readWhoami: WhoamiReader
  readonly named: NamedSessions | null
  readonly close: () => void
}

function connect({ kratosPublicUrl, kratosAdminUrl }: SessionReaderOptions): Kratos {
  const caller = createCaller({ baseUrl: kratosPublicUrl })
  const readWhoami = createWhoamiReader()
  if (kratosAdminUrl === undefined) return { caller, readWhoami, named: null, close: caller.close }
  const admin = createCaller({ baseUrl: kratosAdminUrl })
  const close = () => {
    caller.close()
    admin.close()
  }
  return { caller, readWhoami, named: createNamedSessions({ caller: admin, read: readWhoami }), close }
}

interface LookUp {
  readonly key: string
  readonly headers: Headers
  /** Of who asked first. */
  readonly endsAt: number
}

/** A look-up that had to wait for another has less time, but not next to none: others have joined it meanwhile. */
function withTime(asked: LookUp, timeoutMs: number): LookUp {
  return { ...asked, endsAt: Math.max(asked.endsAt, performance.now() + timeoutMs / 2) }
}

async function keeping(cache: SessionCache | null, key: string, find: () => Promise<Session | null>): Promise<Session | null> {
  const store = cache?.begin(key)
  const session = await find()
  if (session === null) cache?.forget(key)
  else store?.(session)
  return session
}

async function findOnce(kratos: Kratos, asked: LookUp): Promise<Session | null> {
  const { named } = kratos
  if (named === null) return askWhoami(kratos, asked)
  const known = await named.find(asked.key, asked.endsAt)
  if (known !== null) return known
  const session = await askWhoami(kratos, asked)
  named.note(asked.key, session)
  return session
}

/** A refusal is believed only when Kratos says it in a way that a failing database cannot: see `isGone`. */
async function askWhoami({ caller, readWhoami }: Kratos, { headers, endsAt }: LookUp): Promise<Session | null> {
  const first = await ask(caller, '/sessions/whoami', headers, endsAt)
  if (first.status !== 401) return read(first, readWhoami)
  if (await isGone(caller, headers, endsAt)) return null
  const second = await ask(caller, '/sessions/whoami', headers, endsAt)
  if (second.status !== 401) return read(second, readWhoami)
  throw down('whoami said 401 twice for a session that Kratos has')
}

function read(answer: Answer, readWhoami: WhoamiReader): Session | null {
  if (answer.status === 200) {
    try {
      return readWhoami(answer)
    } catch (error) {
      throw down('a whoami answer of an unknown shape', error)
    }
  }
  if (answer.status === 403 && errorId(answer) === 'session_aal2_required') throw SecondFactorRequired()
  throw down(`whoami answered ${answer.status}`)
}

/**
 * Whether Kratos has no such session; false when it has one.
 *
 * whoami answers 401 with the same body for a dead session and for a database that failed (v1.3.1 and v26.2.0), and with
 * connections being cut a second 401 after a good readiness is no proof either. Starting a login flow for the second
 * factor tells the two apart before it writes anything: `session_aal1_required` without a session, 500 when the look-up
 * failed (`NewLoginFlow` in selfservice/flow/login/handler.go of both releases).
 */
async function isGone(caller: Caller, headers: Headers, endsAt: number): Promise<boolean> {
  const answer = await ask(caller, '/self-service/login/api?aal=aal2', headers, endsAt)
  if (errorId(answer) === 'session_aal1_required') return true
  if (answer.status === 200 || errorId(answer) === 'session_already_available') return false
  throw down(`whoami answered 401 and the session look-up of a login flow ${answer.status}`)
}

async function ask(caller: Caller, path: string, headers: Headers, endsAt: number): Promise<Answer> {
  try {
    return await caller.call({ method: 'GET', path, headers, timeoutMs: endsAt - performance.now(), repeatable: true })
  } catch (error) {
    throw IdentityServiceDown(undefined, { cause: error })
  }
}

function errorId(answer: Answer): string | undefined {
  const parsed = KratosError.safeParse(jsonOf(answer))
  return parsed.success ? parsed.data.error.id : undefined
}

function down(why: string, cause?: unknown): Error {
  return IdentityServiceDown(undefined, { cause: new Error(why, { cause }) })
}
