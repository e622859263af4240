import type { Deps } from '../deps.ts'
import { expectChange, forgetChange } from '../pending.ts'
import { hasPassed } from './came-in.ts'
import type { GuardStep, Passage } from './steps.ts'

/** The hook that tells whose address was verified may be lost: the flow is written down before its code is tried. */
export function noteVerification({ app }: Pick<Deps, 'app'>): GuardStep {
  return async (passage, next) => {
    const flowId = flowOf(passage)
    if (flowId === null) return await next(passage)
    await expectChange(app.db, 'unverified', flowId)
    const answer = await next(passage)
    if (!hasPassed(answer)) await forgetChange({ app }, 'unverified', flowId)
    return answer
  }
}

function flowOf({ guarded, submission }: Passage): string | null {
  if (guarded.kind !== 'flow' || (guarded.flow !== 'verification' && guarded.flow !== 'recovery')) return null
  if (typeof submission.fields['code'] !== 'string' || submission.lockKey === null) return null
  return submission.lockKey.slice('flow:'.length)
}
