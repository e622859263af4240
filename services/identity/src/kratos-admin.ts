/** Kratos' admin API, of which identity is the sole holder: only the calls we make, each bounded. */
import { IdentityServiceDown } from '@app/contracts/common-problems'
import type { Check } from '@app/contracts/health'
import { z } from 'zod'
import { KratosFactors } from './factors/read-factors.ts'
import { KratosIdentity } from './kratos-identity.ts'
import { KratosSession } from './sessions/kratos-session.ts'
import { createUpstream, jsonOf, type UpstreamAnswer } from './upstream.ts'

const timeoutMs = 5_000
const readyTimeoutMs = 1_500

/** What one answer holds of them stays far below what is read of an answer. */
export const sessionPageSize = 250
const maxSessionPages = 20

const everyCredential = ['password', 'totp', 'lookup_secret', 'passkey', 'oidc'].map((type) => `include_credential=${type}`).join('&')

export interface NewIdentity {
  readonly email: string
  readonly name: string
  readonly locale: 'en' | 'nl'
}

export interface JsonPatch {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path: string
  readonly value?: unknown
}

/** @throws {IdentityServiceDown} by every call, when Kratos gave no usable answer. */
export interface KratosAdmin {
  getIdentity(id: string): Promise<KratosIdentity | null>
  /** By e-mail; Kratos folds its case. */
  findIdentity(identifier: string): Promise<KratosIdentity | null>
  /** Whether somebody can sign in with this name and a password. */
  hasPassword(identifier: string): Promise<boolean>
  listByIds(ids: readonly string[]): Promise<KratosIdentity[]>
  /** In the order of ids, those after `afterId`, with what they sign in by codes with. */
  listPage(afterId: string | null, size: number): Promise<KratosIdentity[]>
  /** A person with a verified address and no password; null when somebody has the address. */
  createIdentity(identity: NewIdentity): Promise<KratosIdentity | null>
  /** With what tells the ways in apart; null when there is no such identity. */
  readFactors(id: string): Promise<KratosFactors | null>
  /** Null when there is none. Never log it. */
  readPasswordHash(id: string): Promise<string | null>
  /** A person who comes in by an invitation: the address is theirs when they do. Null when somebody has it. */
  createInvited(identity: NewIdentity): Promise<KratosIdentity | null>
  /** Repeatable; passkeys are no credential that Kratos deletes this way. */
  deleteCredential(id: string, kind: 'totp' | 'lookup_secret'): Promise<void>
  /** People without personal data, all or none; the hash is bcrypt's and stays as it is. */
  createGuests(handles: readonly string[], hashedPassword: string): Promise<void>
  /** A disabled guest with this password, made or renewed. Repeatable. */
  keepDecoy(handle: string, password: string): Promise<void>
  /** With its sessions. Repeatable. */
  deleteIdentity(id: string): Promise<void>
  patchIdentity(id: string, patch: readonly JsonPatch[]): Promise<KratosIdentity | null>
  /** `taken` when another identity has the address or number; `refused` when it is no number to Kratos. */
  patchContact(id: string, patch: readonly JsonPatch[]): Promise<KratosIdentity | 'taken' | 'refused'>
  /** Everything else stays. */
  replacePassword(identity: KratosIdentity, password: string): Promise<void>
  deleteSessions(id: string): Promise<void>
  /** Live ones, the newest first, at most 5000; none for an identity that is gone. */
  listSessions(id: string): Promise<KratosSession[]>
  isSessionLive(sessionId: string): Promise<boolean>
  /** Also when it has ended already. */
  endSession(sessionId: string): Promise<void>
  /** A browser recovery flow that takes this code without a CSRF token; null when there is no such identity. */
  createRecoveryCode(id: string, lifespan: string): Promise<{ flowId: string; code: string } | null>
  readonly ready: Check
  close(): void
}

const CreatedAll = z.object({ identities: z.array(z.object({ action: z.literal('create') })) })
const LiveSession = z.object({ active: z.boolean() })
const RecoveryCode = z.object({ recovery_link: z.url(), recovery_code: z.string().min(1) })

export function createKratosAdmin(adminUrl: string): KratosAdmin {
  const upstream = createUpstream(adminUrl)
  const call = async (method: string, path: string, body?: unknown) =>
    await upstream.call({
      method,
      path,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs,
    })
  const list = async (query: string) => read(await call('GET', `/admin/identities?${query}`), [200], z.array(KratosIdentity)) ?? []
  const at = (id: string) => `/admin/identities/${encodeURIComponent(id)}`
  return {
    getIdentity: async (id) => read(await call('GET', at(id)), [200], KratosIdentity, [404]),
    findIdentity: async (identifier) => (await list(`credentials_identifier=${encodeURIComponent(identifier)}`))[0] ?? null,
    hasPassword: async (identifier) => {
      const query = `include_credential=password&credentials_identifier=${encodeURIComponent(identifier)}`
      const found = read(await call('GET', `/admin/identities?${query}`), [200], z.array(KratosFactors))
      return found?.some(({ credentials }) => credentials?.password?.config?.hashed_password !== undefined) ?? false
    },
    listByIds: async (ids) => (ids.length === 0 ? [] : await list(`page_size=${ids.length}&${ids.map((id) => `ids=${id}`).join('&')}`)),
    listPage: async (afterId, size) =>
      await list(`include_credential=code&page_size=${size}${afterId === null ? '' : `&page_token=${afterId}`}`),
    createIdentity: async (identity) =>
      read(await call('POST', '/admin/identities', newIdentityBody(identity)), [201], KratosIdentity, [409]),
    readFactors: async (id) => read(await call('GET', `${at(id)}?${everyCredential}`), [200], KratosFactors, [404]),
    readPasswordHash: async (id) => {
      const identity = read(await call('GET', `${at(id)}?include_credential=password`), [200], KratosFactors, [404])
      return identity?.credentials?.password?.config?.hashed_password ?? null
    },
    createInvited: async (identity) => read(await call('POST', '/admin/identities', invitedBody(identity)), [201], KratosIdentity, [409]),
    deleteCredential: async (id, kind) => {
      read(await call('DELETE', `${at(id)}/credentials/${kind}`), [204], z.unknown(), [404])
    },
    createGuests: async (handles, hashedPassword) => {
      const credentials = { password: { config: { hashed_password: hashedPassword } } }
      const identities = handles.map((handle) => ({ create: { schema_id: 'guest', traits: { handle }, credentials } }))
      read(await call('PATCH', '/admin/identities', { identities }), [200], CreatedAll)
    },
    keepDecoy: async (handle, password) => {
      const decoy = { schema_id: 'guest', state: 'inactive', traits: { handle }, credentials: { password: { config: { password } } } }
      const [found] = await list(`credentials_identifier=${handle}`)
      const answer = found ? await call('PUT', at(found.id), decoy) : await call('POST', '/admin/identities', decoy)
      read(answer, [200, 201], z.unknown(), [409])
    },
    deleteIdentity: async (id) => {
      read(await call('DELETE', at(id)), [204], z.unknown(), [404])
    },
    patchIdentity: async (id, patch) => read(await call('PATCH', at(id), patch), [200], KratosIdentity, [404]),
    patchContact: async (id, patch) => {
      const answer = await call('PATCH', at(id), patch)
      return read(answer, [200], KratosIdentity, [400, 409]) ?? (answer.status === 409 ? 'taken' : 'refused')
    },
    replacePassword: async (identity, password) => {
      const { schema_id, state, traits, metadata_public, metadata_admin } = identity
      const credentials = { password: { config: { password } } }
      read(
        await call('PUT', at(identity.id), { schema_id, state, traits, metadata_public, metadata_admin, credentials }),
        [200],
        z.unknown(),
      )
    },
    deleteSessions: async (id) => {
      read(await call('DELETE', `${at(id)}/sessions`), [204], z.unknown(), [404])
    },
    listSessions: async (id) => {
      // By id: what begins between two pages moves some from one to the next.
      const found = new Map<string, KratosSession>()
      // By number, and as long as one is full: what Kratos' `Link` calls the last page is the one before it.
      for (let page = 1; page <= maxSessionPages; page += 1) {
        const query = `active=true&page=${page}&per_page=${sessionPageSize}`
        const sessions = read(await call('GET', `${at(id)}/sessions?${query}`), [200], z.array(KratosSession), [404]) ?? []
        for (const session of sessions) found.set(session.id, session)
        if (sessions.length < sessionPageSize || found.size <= (page - 1) * sessionPageSize) break
      }
      return [...found.values()]
    },
    isSessionLive: async (sessionId) =>
      read(await call('GET', `/admin/sessions/${encodeURIComponent(sessionId)}`), [200], LiveSession, [404])?.active ?? false,
    endSession: async (sessionId) => {
      read(await call('DELETE', `/admin/sessions/${encodeURIComponent(sessionId)}`), [204], z.unknown(), [404])
    },
    createRecoveryCode: async (id, lifespan) => {
      const asked = { identity_id: id, expires_in: lifespan, flow_type: 'browser' }
      const made = read(await call('POST', '/admin/recovery/code', asked), [200, 201], RecoveryCode, [404])
      const flowId = made && new URL(made.recovery_link).searchParams.get('flow')
      return made && flowId ? { flowId, code: made.recovery_code } : null
    },
    ready: { name: 'kratos-admin', check: () => readiness(upstream) },
    close: upstream.close,
  }
}

function newIdentityBody({ email, name, locale }: NewIdentity) {
  return {
    schema_id: 'person',
    state: 'active',
    traits: { email, name, locale },
    verifiable_addresses: [{ value: email, via: 'email', verified: true, status: 'completed' }],
  }
}

/** Kratos sends no mail about it: ours carries the link. */
function invitedBody({ email, name, locale }: NewIdentity) {
  const unproven = { value: email, via: 'email', verified: false, status: 'pending' }
  return {
    schema_id: 'person',
    state: 'active',
    traits: { email, name, locale },
    metadata_admin: { invited: true },
    verifiable_addresses: [unproven],
  }
}

/** The parsed body; null for a status that means "there is none". */
function read<S extends z.ZodType>(
  answer: UpstreamAnswer,
  good: readonly number[],
  schema: S,
  none: readonly number[] = [],
): z.infer<S> | null {
  if (none.includes(answer.status)) return null
  const parsed = schema.safeParse(jsonOf(answer))
  if (good.includes(answer.status) && parsed.success) return parsed.data
  throw IdentityServiceDown(undefined, { cause: new Error(`Kratos' admin API answered ${answer.status}`, { cause: parsed.error }) })
}

async function readiness(upstream: ReturnType<typeof createUpstream>): Promise<string | null> {
  const headers = { accept: 'application/json' }
  const { status } = await upstream.call({ method: 'GET', path: '/admin/health/ready', headers, timeoutMs: readyTimeoutMs })
  return status === 200 ? null : `Kratos is not ready (${status})`
}
