/** Everything the guard does around a submission, in order. */
import type { Deps } from '../deps.ts'
import { publishEndings } from './endings.ts'
import { noteVerification } from './note-verification.ts'
import type { GuardStep } from './steps.ts'

export interface GuardSteps {
  /** Before the submission waits for its turn. */
  readonly waiting: readonly GuardStep[]
  /** While it is the only one of its flow. */
  readonly inTurn: readonly GuardStep[]
}

export function guardSteps(deps: Deps): GuardSteps {
  return { waiting: [], inTurn: [publishEndings(deps), noteVerification(deps)] }
}
