/** Answers that could tell by their time whether an account exists wait for a fixed moment. */
import type { Deps } from '../deps.ts'
import { holdUntil } from '../hold.ts'
import type { UpstreamAnswer } from '../upstream.ts'
import { hasPassed, signedInBy } from './came-in.ts'
import type { GuardStep, Passage } from './steps.ts'

/**
 * Refusals, and what says that a code was sent, leave at the deadline after they came in, or at the next multiple when the work took
 * longer: noise would be averaged away, a fixed moment cannot. Only the answer waits, nothing is held meanwhile. A sign-in that
 * went well does not wait: it is no secret to whoever made it.
 */
export function holdAnswer({ limitRules: { answerDeadlineMs } }: Pick<Deps, 'limitRules'>): GuardStep {
  return async (passage, next) => {
    if (answerDeadlineMs === 0 || !couldTell(passage)) return await next(passage)
    const startedAt = performance.now()
    const answer = await next(passage)
    if (!isSuccess(answer)) await holdUntil(startedAt, answerDeadlineMs)
    return answer
  }
}

function couldTell({ guarded }: Passage): boolean {
  return guarded.kind === 'flow' && guarded.flow !== 'settings'
}

function isSuccess(answer: UpstreamAnswer): boolean {
  return answer.status === 422 || signedInBy(answer) !== null || hasPassed(answer)
}
