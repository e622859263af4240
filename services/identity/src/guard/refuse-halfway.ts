import { SecondFactorRequired } from '@app/contracts/common-problems'
import { standingOf } from '@app/http/standing'
import type { Deps } from '../deps.ts'
import type { Credentials } from './headers.ts'
import type { GuardStep, Passage } from './steps.ts'

/**
 * Whoever has shown one factor of two changes nothing: no way in, and nobody else's session. Kratos asks for the second factor in its
 * settings, but not where mailed codes are one, and never before it ends sessions.
 */
export function refuseHalfway(deps: Pick<Deps, 'sessions' | 'standing'>): GuardStep {
  return async (passage, next) => {
    if (changes(passage) && (await isSignedInHalfway(deps, passage.credentials))) throw SecondFactorRequired()
    return await next(passage)
  }
}

function changes({ guarded }: Passage): boolean {
  return (guarded.kind === 'flow' && guarded.flow === 'settings') || guarded.kind === 'other-sessions' || guarded.kind === 'one-session'
}

/** What is kept of a session may be older than the second factor that was just shown. */
export async function isSignedInHalfway(deps: Pick<Deps, 'sessions' | 'standing'>, credentials: Credentials): Promise<boolean> {
  return (await isHalfway(deps, credentials, false)) && (await isHalfway(deps, credentials, true))
}

async function isHalfway({ sessions, standing }: Pick<Deps, 'sessions' | 'standing'>, credentials: Credentials, fresh: boolean) {
  const session = await sessions.findSession(credentials, { fresh })
  return session !== null && standingOf(session, standing).includes('second-factor-required')
}
