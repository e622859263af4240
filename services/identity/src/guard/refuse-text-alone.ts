import { FreshSignInRequired } from '@app/contracts/common-problems'
import type { Deps } from '../deps.ts'
import { hasShownLately, isByTextAlone } from '../sessions/text-proofs.ts'
import { refuseAtFlow } from './refuse-at-flow.ts'
import type { GuardStep, Passage } from './steps.ts'

/** Whoever has shown nothing lately but a text message changes no way in: with a number that was taken over it would be theirs for good. */
export function refuseTextAlone(deps: Deps): GuardStep {
  return async (passage, next) => {
    if (!changesWayIn(passage)) return await next(passage)
    const { sessions } = deps
    const session = await sessions.findSession(passage.credentials, { fresh: true })
    if (session === null || !(await isByTextAlone(deps, session))) return await next(passage)
    // Kratos would ask for a new sign-in too, if not to the second.
    if (!hasShownLately(deps, session)) throw FreshSignInRequired()
    return await refuseAtFlow(deps, passage, 'textMessageNotEnough', String(passage.submission.fields['method']))
  }
}

function changesWayIn({ guarded, submission: { fields } }: Passage): boolean {
  return guarded.kind === 'flow' && guarded.flow === 'settings' && fields['method'] !== 'profile'
}
