import { IdentityServiceDown } from '@app/contracts/common-problems'
import { ProviderDown } from '@app/contracts/providers'
import type { Deps } from '../deps.ts'
import { isHookFailure } from './kratos-answer.ts'
import type { GuardStep } from './steps.ts'

/** Kratos asks a provider before it sends anybody there. That one is down is no failure of ours, and nobody else's sign-in suffers. */
export function explainProvider({ kratos }: Pick<Deps, 'kratos'>): GuardStep {
  return async (passage, next) => {
    try {
      return await next(passage)
    } catch (error) {
      if (passage.submission.fields['method'] !== 'oidc' || !IdentityServiceDown.is(error) || isHookFailure(error)) throw error
      const trouble = await kratos.ready.check().catch(() => 'Kratos does not answer')
      throw trouble === null ? ProviderDown(undefined, { cause: error, retryAfterSeconds: 30 }) : error
    }
  }
}
