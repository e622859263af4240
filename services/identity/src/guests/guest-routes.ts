/** What the guests' routes answer, cookies included. */
import type { UserActor } from '@app/http/actor'
import { answer, type RequestFacts } from '@app/http/route'
import type { Session } from '@app/ory/session'
import type { Deps } from '../deps.ts'
import { credentialsOf } from '../guard/headers.ts'
import { guestCookies, guestTokenOf, noGuestCookies } from './guest-cookie.ts'
import { createGuest, findGuest, forgetGuest, mergeGuest } from './guests.ts'
import type { NewGuest } from './new-guest.ts'

export async function welcomeGuest(deps: Deps, makeGuest: () => Promise<NewGuest>, keptAs: 'cookie' | 'token', request: RequestFacts) {
  const current = await currentSession(deps, request.headers)
  const { created, sessionToken, ...guest } = await createGuest(deps, makeGuest, current, request.address)
  if (!created || sessionToken === undefined) return answer(200, guest)
  if (keptAs === 'token') return answer(201, { ...guest, sessionToken })
  return answer(201, guest, { 'set-cookie': guestCookies(deps.publicOrigin, sessionToken, guest.expiresAt) })
}

/** A dead or foreign token moves nothing; then the cookie goes too, because nothing will ever come of it. */
export async function bringAlong(deps: Deps, actor: UserActor, guestToken: string | undefined, { headers, id }: RequestFacts) {
  const token = guestToken ?? guestTokenOf(headers)
  const guest = token === null ? null : await findGuest(deps, token)
  const merged = guest !== null && (await mergeGuest(deps, guest, actor.userId, { requestId: id }))
  return answer(200, { merged }, { 'set-cookie': noGuestCookies(deps.publicOrigin) })
}

export async function forget(deps: Deps, actor: UserActor, { id }: RequestFacts) {
  await forgetGuest(deps, actor, { requestId: id })
  return answer(204, undefined, { 'set-cookie': noGuestCookies(deps.publicOrigin) })
}

/** A person's session first: a guest who has signed in is no guest any more. */
async function currentSession(deps: Deps, headers: Headers): Promise<Session | null> {
  const session = await deps.sessions.findSession(credentialsOf(headers))
  if (session !== null) return session
  const token = guestTokenOf(headers)
  return token === null ? null : await findGuest(deps, token)
}
