/** A guest who signs in or registers brings along what they made. */
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { guestTokenOf, noGuestCookies } from '../guests/guest-cookie.ts'
import { findGuest, mergeGuest } from '../guests/guests.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'
import type { GuardStep } from './steps.ts'

const SignedIn = z.object({ session: z.object({ identity: z.object({ id: z.uuid(), schema_id: z.string() }) }) })

export function bringGuestAlong(deps: Deps): GuardStep {
  return async (passage, next) => {
    const answer = await next(passage)
    const token = guestTokenOf(passage.headers)
    const { guarded } = passage
    if (token === null || guarded.kind !== 'flow' || (guarded.flow !== 'login' && guarded.flow !== 'registration')) return answer
    const signedIn = answer.status === 200 ? SignedIn.safeParse(jsonOf(answer)) : null
    if (signedIn?.success !== true || signedIn.data.session.identity.schema_id === 'guest') return answer
    try {
      const guest = await findGuest(deps, token)
      if (guest !== null) await mergeGuest(deps, guest, signedIn.data.session.identity.id, { requestId: passage.requestId })
      return withCookies(answer, noGuestCookies(deps.publicOrigin))
    } catch (error) {
      // The person is in. The cookie stays, and the app asks again with it.
      deps.log.warn({ err: error }, 'what a guest made could not be moved yet')
      return answer
    }
  }
}

function withCookies(answer: UpstreamAnswer, cookies: readonly string[]): UpstreamAnswer {
  return { ...answer, headers: { ...answer.headers, 'set-cookie': [...(answer.headers['set-cookie'] ?? []), ...cookies] } }
}
