import { Forbidden } from '@app/contracts/common-problems'
import type { Deps } from '../deps.ts'
import { isGuest } from '../guests/guests.ts'
import type { GuardStep } from './steps.ts'

/** A guest has nothing to set: an address or a password would make them a person past every rule of registration. */
export function refuseGuests({ sessions }: Pick<Deps, 'sessions'>): GuardStep {
  return async (passage, next) => {
    const { guarded, credentials } = passage
    if (guarded.kind !== 'flow' || guarded.flow !== 'settings') return await next(passage)
    const session = await sessions.findSession(credentials)
    if (session !== null && isGuest(session)) throw Forbidden()
    return await next(passage)
  }
}
