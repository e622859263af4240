import type { Deps } from '../deps.ts'
import { expectChange, settleChange } from '../pending.ts'
import type { GuardStep, Passage } from './steps.ts'

/** A way in that is set, removed or used up is written down before Kratos hears of it, and looked at right after. */
export function noteFactors(deps: Deps): GuardStep {
  return async (passage, next) => {
    const session = changesFactors(passage) ? await deps.sessions.findSession(passage.credentials) : null
    if (session === null) return await next(passage)
    // In the settings the deciding hook has written it down.
    if (usesRecoveryCode(passage)) await expectChange(deps.app.db, 'identity', session.userId)
    const answer = await next(passage)
    if (answer.status !== 200) return answer
    try {
      await settleChange(deps, session.userId, { requestId: passage.requestId })
    } catch (error) {
      // It is done: the person hears that, and the sweep looks again.
      deps.log.warn({ err: error }, 'what changed about a way in is not told yet')
    }
    return answer
  }
}

function changesFactors(passage: Passage): boolean {
  const { guarded, submission } = passage
  const isSetting = guarded.kind === 'flow' && guarded.flow === 'settings' && submission.fields['method'] !== 'profile'
  return isSetting || usesRecoveryCode(passage)
}

function usesRecoveryCode({ guarded, submission }: Passage): boolean {
  return guarded.kind === 'flow' && guarded.flow === 'login' && submission.fields['method'] === 'lookup_secret'
}
