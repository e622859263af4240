/** Whether a person must do something first, and what a route asks of their session beyond that. */
import {
  FreshSignInRequired,
  PasswordExpired,
  SecondFactorRequired,
  SecondFactorSetupRequired,
  TermsNotAccepted,
} from '@app/contracts/common-problems'
import type { Problem, ProblemError } from '@app/contracts/problem'
import type { StandingCode } from '@app/contracts/session'
import type { Session } from '@app/ory/session'
import type { Demands } from './access.ts'

export interface StandingRules {
  /** 0: passwords do not grow old. */
  readonly passwordMaxAgeDays: number
  /** The version of the terms that has to be accepted; empty: none. */
  readonly termsVersion: string
  readonly clock: () => Date
}

const dayMs = 86_400_000
const problems: Readonly<Record<StandingCode, Problem>> = {
  'second-factor-setup-required': SecondFactorSetupRequired,
  'second-factor-required': SecondFactorRequired,
  'password-expired': PasswordExpired,
  'terms-not-accepted': TermsNotAccepted,
}

/** What the person must do first, in the order in which to do it. Guests have nothing that could be missing. */
export function standingOf(session: Session, { passwordMaxAgeDays, termsVersion, clock }: StandingRules): StandingCode[] {
  if (session.schemaId === 'guest') return []
  const missing: StandingCode[] = []
  if (session.secondFactorRequired && session.assuranceLevel !== 'aal2') {
    missing.push(session.secondFactorSet ? 'second-factor-required' : 'second-factor-setup-required')
  }
  if (passwordMaxAgeDays > 0 && session.passwordSetAt !== null) {
    const ageMs = clock().getTime() - Date.parse(session.passwordSetAt)
    if (ageMs > passwordMaxAgeDays * dayMs) missing.push('password-expired')
  }
  if (termsVersion !== '' && session.termsAccepted !== termsVersion) missing.push('terms-not-accepted')
  return missing
}

/** What of it keeps a person from a route with these demands. */
function missingFor(session: Session, { standing = 'good' }: Demands, rules: StandingRules): StandingCode | undefined {
  if (standing === 'any') return undefined
  const missing = standingOf(session, rules)
  return standing === 'good' ? missing[0] : missing.find((code) => code === 'second-factor-required')
}

/** Why a route with these demands does not take this session, or null. */
export function shortfallOf(session: Session, demands: Demands, rules: StandingRules): ProblemError | null {
  const missing = missingFor(session, demands, rules)
  if (missing !== undefined) return problems[missing]()
  if (demands.assuranceLevel === 'aal2' && session.assuranceLevel !== 'aal2') {
    return session.secondFactorSet ? SecondFactorRequired() : SecondFactorSetupRequired()
  }
  const { freshMinutes } = demands
  if (freshMinutes === undefined) return null
  const ageMs = rules.clock().getTime() - Date.parse(session.authenticatedAt)
  return ageMs > freshMinutes * 60_000 ? FreshSignInRequired() : null
}
