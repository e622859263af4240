import type { Deps } from '../deps.ts'
import { noteFlowTerms } from '../terms/flow-terms.ts'
import { refuseAtFlow } from './refuse-at-flow.ts'
import type { GuardStep } from './steps.ts'

/**
 * While terms are in force nobody registers without accepting them (`terms_accepted` names the version); what was accepted is noted
 * with the flow before Kratos hears of it. Whoever comes by a provider does so on the screen after it.
 */
export function requireTerms(deps: Pick<Deps, 'app' | 'standing' | 'kratosPublic'>): GuardStep {
  return async (passage, next) => {
    const { guarded, submission } = passage
    if (guarded.kind !== 'flow' || guarded.flow !== 'registration') return await next(passage)
    const { terms_accepted: accepted, ...fields } = submission.fields
    const stripped = { ...passage, submission: { ...submission, fields, body: JSON.stringify(fields) } }
    const { termsVersion } = deps.standing
    if (termsVersion === '' || fields['method'] === 'oidc') return await next(stripped)
    if (accepted !== termsVersion) return await refuseAtFlow(deps, passage, 'termsNotAccepted', 'terms_accepted')
    await noteFlowTerms(deps, submission.lockKey?.slice('flow:'.length) ?? '', termsVersion)
    return await next(stripped)
  }
}
