/** A guest who signs in, registers or recovers an account brings along what they made. */
import type { Deps } from '../deps.ts'
import { guestTokenOf, noGuestCookies } from '../guests/guest-cookie.ts'
import { findGuest, mergeGuest } from '../guests/guests.ts'
import type { UpstreamAnswer } from '../upstream.ts'
import { cameIn } from './came-in.ts'
import type { GuardStep } from './steps.ts'

export function bringGuestAlong(deps: Deps): GuardStep {
  return async (passage, next) => {
    const answer = await next(passage)
    const token = guestTokenOf(passage.headers)
    const person = token === null ? null : await cameIn(deps, passage, answer)
    if (token === null || person === null || person.schemaId === 'guest') return answer
    try {
      const guest = await findGuest(deps, token)
      if (guest !== null) await mergeGuest(deps, guest, person.userId, { requestId: passage.requestId })
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
