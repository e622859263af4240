/** Makes a guest in Kratos: an identity with nothing but a random handle, and a session of the API kind. */
import { randomBytes } from 'node:crypto'
import { IdentityServiceDown } from '@app/contracts/common-problems'
import { hash } from 'bcryptjs'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { jsonOf, type Upstream } from '../upstream.ts'

/**
 * The least that bcrypt has. The password is 192 random bits, used once and forgotten, so the cost protects nothing; at the cost of
 * people's passwords a guest would take a quarter of a second of processor time. Kratos leaves a hash of its own algorithm alone.
 */
const cost = 4
const timeoutMs = 5_000

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

/** @throws {IdentityServiceDown} */
export async function makeGuest({ kratos, kratosPublic }: Pick<Deps, 'kratos' | 'kratosPublic'>): Promise<NewGuest> {
  const handle = randomBytes(24).toString('base64url')
  const password = randomBytes(24).toString('base64url')
  await kratos.createGuest(handle, await hash(password, cost))
  const { session, session_token } = await signIn(kratosPublic, handle, password)
  return { id: session.identity.id, sessionToken: session_token, expiresAt: new Date(session.expires_at).toISOString() }
}

async function signIn(kratosPublic: Upstream, identifier: string, password: string): Promise<z.infer<typeof SignedIn>> {
  const flow = await ask(kratosPublic, Flow, 'GET', '/self-service/login/api')
  return await ask(kratosPublic, SignedIn, 'POST', `/self-service/login?flow=${flow.id}`, { method: 'password', identifier, password })
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
