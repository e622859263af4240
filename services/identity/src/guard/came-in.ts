/** Who came in by an answer: what Kratos says at a sign-in, and what the session tells that a recovery begins. */
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'
import type { Passage } from './steps.ts'

export interface CameIn {
  readonly sessionId: string
  readonly userId: string
  readonly schemaId: string
  readonly email: string | null
  readonly phone: string | null
  /** An app, which keeps a token in place of a cookie. */
  readonly native: boolean
  readonly assuranceLevel: 'aal1' | 'aal2'
}

const Identity = z.object({
  id: z.uuid(),
  schema_id: z.string(),
  traits: z.object({ email: z.string().optional(), phone: z.string().optional() }).catch({}),
})
const SignedInBody = z.object({
  session: z.object({ id: z.uuid(), identity: Identity, authenticator_assurance_level: z.enum(['aal1', 'aal2']).catch('aal1') }),
  session_token: z.string().optional(),
})
const PassedBody = z.object({
  state: z.literal('passed_challenge'),
  continue_with: z.array(z.object({ action: z.string(), ory_session_token: z.string().optional() })).catch([]),
})

/** Who signed in or registered, or null. */
export function signedInBy(answer: UpstreamAnswer): CameIn | null {
  const read = answer.status === 200 ? SignedInBody.safeParse(jsonOf(answer)).data : undefined
  if (read === undefined) return null
  const { session, session_token } = read
  const { id: userId, schema_id: schemaId, traits } = session.identity
  const names = { email: traits.email ?? null, phone: traits.phone ?? null }
  const assuranceLevel = session.authenticator_assurance_level
  return { sessionId: session.id, userId, schemaId, ...names, native: session_token !== undefined, assuranceLevel }
}

/** Whether a verification or recovery went through, so that an address is proven now. */
export function hasPassed(answer: UpstreamAnswer): boolean {
  return passedBy(answer) !== null
}

/** Of a recovery that went through. @throws {IdentityServiceDown} somebody came in, and it could not be learned who. */
export async function recoveredBy({ sessions }: Pick<Deps, 'sessions'>, answer: UpstreamAnswer): Promise<CameIn | null> {
  const passed = passedBy(answer)
  if (passed === null) return null
  const token = passed.continue_with.find(({ ory_session_token: found }) => found !== undefined)?.ory_session_token
  const cookie = (answer.headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0]).join('; ')
  const session = await sessions.findSession(token === undefined ? { cookie } : { sessionToken: token })
  if (session === null) return null
  const { id: sessionId, userId, schemaId, traits, assuranceLevel } = session
  return { sessionId, userId, schemaId, email: traits.email, phone: traits.phone, native: token !== undefined, assuranceLevel }
}

/** Whoever came in, by whatever flow. Null also when that cannot be learned now: they are in, and hear so. */
export async function cameIn(deps: Pick<Deps, 'sessions' | 'log'>, { guarded }: Pick<Passage, 'guarded'>, answer: UpstreamAnswer) {
  if (guarded.kind === 'token-exchange') return signedInBy(answer)
  if (guarded.kind !== 'flow') return null
  if (guarded.flow === 'login' || guarded.flow === 'registration') return signedInBy(answer)
  if (guarded.flow !== 'recovery') return null
  return await recoveredBy(deps, answer).catch((error: unknown) => {
    deps.log.warn({ err: error }, 'it is not known who recovered')
    return null
  })
}

function passedBy(answer: UpstreamAnswer): z.infer<typeof PassedBody> | null {
  return answer.status === 200 ? (PassedBody.safeParse(jsonOf(answer)).data ?? null) : null
}
