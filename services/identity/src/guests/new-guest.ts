/** Makes guests in Kratos: identities with nothing but a random handle, and sessions of the API kind. */
import { randomBytes } from 'node:crypto'
import { IdentityServiceDown } from '@app/contracts/common-problems'
import { hashSync } from 'bcryptjs'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { jsonOf, type Upstream } from '../upstream.ts'
import { gather } from './gather.ts'

/**
 * The least that bcrypt has. The password is 192 random bits, so the cost protects nothing; at the cost of people's passwords a guest
 * would take a quarter of a second of processor time. Kratos leaves a hash of its own algorithm alone.
 */
const cost = 4
const timeoutMs = 5_000
/** So many are made by one call. */
const mostAtOnce = 20
/** Login flows live for an hour. */
const flowForMs = 1_800_000

const Flow = z.object({ id: z.uuid() })
const SignedIn = z.object({
  session_token: z.string().min(16),
  session: z.object({ id: z.uuid(), expires_at: z.iso.datetime({ offset: true }), identity: z.object({ id: z.uuid() }) }),
})

export interface NewGuest {
  readonly id: string
  readonly sessionToken: string
  /** ISO 8601 in UTC. */
  readonly expiresAt: string
}

/**
 * One password serves all guests of this process: it never leaves it but for Kratos, and the handle, as random, is the guest's own. Who come
 * at the same time are created by one call, and a login flow of an app takes any number of sign-ins: together half of the work.
 *
 * @returns makes one guest. @throws {IdentityServiceDown}
 */
export function guestMaker({ kratos, kratosPublic }: Pick<Deps, 'kratos' | 'kratosPublic'>): () => Promise<NewGuest> {
  const password = randomBytes(24).toString('base64url')
  const hashedPassword = hashSync(password, cost)
  const create = gather(mostAtOnce, (handles: readonly string[]) => kratos.createGuests(handles, hashedPassword))
  const takeFlow = flowStock(kratosPublic)
  return async () => {
    const handle = randomBytes(24).toString('base64url')
    await create(handle)
    const flow = await takeFlow()
    const body = { method: 'password', identifier: handle, password }
    const { session, session_token } = await ask(kratosPublic, SignedIn, 'POST', `/self-service/login?flow=${flow.id}`, body)
    // One that failed is not used again.
    flow.giveBack()
    return { id: session.identity.id, sessionToken: session_token, expiresAt: new Date(session.expires_at).toISOString() }
  }
}

/** Flows that nobody is using, each for one sign-in at a time. */
function flowStock(kratosPublic: Upstream) {
  const free: { readonly id: string; readonly until: number }[] = []
  return async () => {
    const next = free.pop()
    const flow =
      next !== undefined && performance.now() < next.until
        ? next
        : { ...(await ask(kratosPublic, Flow, 'GET', '/self-service/login/api')), until: performance.now() + flowForMs }
    return { id: flow.id, giveBack: () => void free.push(flow) }
  }
}

async function ask<S extends z.ZodType>(
  kratosPublic: Upstream,
  schema: S,
  method: string,
  path: string,
  body?: unknown,
): Promise<z.infer<S>> {
  const answer = await kratosPublic.call({
    method,
    path,
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
    timeoutMs,
  })
  const read = schema.safeParse(jsonOf(answer))
  if (answer.status === 200 && read.success) return read.data
  throw IdentityServiceDown(undefined, { cause: new Error(`Kratos answered ${answer.status} to the sign-in of a new guest`) })
}
