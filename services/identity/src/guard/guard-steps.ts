/** Everything the guard does around a submission, in order. */
import type { Deps } from '../deps.ts'
import { limitGuesses } from '../limits/limit-guesses.ts'
import { limitSending } from '../limits/limit-sending.ts'
import { answerAlike } from './answer-alike.ts'
import { appsExchange } from './apps-exchange.ts'
import { publishEndings } from './endings.ts'
import { exchangeOnce } from './exchange-once.ts'
import { explainProvider } from './explain-provider.ts'
import { hashAlike } from './hash-alike.ts'
import { hideHalfway } from './hide-halfway.ts'
import { holdAnswer } from './hold-answer.ts'
import { bringGuestAlong } from './merge-guest.ts'
import { noteFactors } from './note-factors.ts'
import { noteSent } from './note-sent.ts'
import { noteSessions } from './note-sessions.ts'
import { noteTextProof } from './note-text-proof.ts'
import { noteVerification } from './note-verification.ts'
import { plainErrors } from './plain-errors.ts'
import { proveRegistration } from './prove-registration.ts'
import { refuseGuests } from './refuse-guests.ts'
import { refuseHalfway } from './refuse-halfway.ts'
import { refuseSamePassword } from './refuse-same-password.ts'
import { refuseTextAlone } from './refuse-text-alone.ts'
import { requireTerms } from './require-terms.ts'
import type { GuardStep } from './steps.ts'
import { refuseWithdrawnNumber } from './withdrawn-number.ts'
import { worksOnce } from './works-once.ts'

export interface GuardSteps {
  /** Before the submission waits for its turn. */
  readonly waiting: readonly GuardStep[]
  /** While it is the only one of its flow. */
  readonly inTurn: readonly GuardStep[]
}

export function guardSteps(deps: Deps): GuardSteps {
  return {
    waiting: [hideHalfway(deps), holdAnswer(deps), limitSending(deps), limitGuesses(deps)],
    inTurn: [
      answerAlike(deps),
      noteSent(deps),
      hashAlike(deps),
      plainErrors(),
      explainProvider(deps),
      refuseHalfway(deps),
      refuseTextAlone(deps),
      refuseWithdrawnNumber(deps),
      noteTextProof(deps),
      worksOnce(deps),
      refuseSamePassword(deps),
      noteFactors(deps),
      refuseGuests(deps),
      requireTerms(deps),
      proveRegistration(deps),
      bringGuestAlong(deps),
      noteSessions(deps),
      publishEndings(deps),
      noteVerification(deps),
      exchangeOnce(deps),
      appsExchange(deps),
    ],
  }
}
