import { ProofRequired } from '@app/contracts/contact'
import { z } from 'zod'
import { claimProof, useProof } from '../contact/register.ts'
import type { Deps } from '../deps.ts'
import { readEmail } from '../email.ts'
import { jsonOf } from '../upstream.ts'
import type { GuardStep, Passage } from './steps.ts'

const Registered = z.object({ identity: z.object({ id: z.uuid() }) })

/**
 * Only an address whose code came back is registered; the proof stays here, and Kratos' hook asks for it again. Where none is
 * required, one that comes along counts all the same.
 */
export function proveRegistration(deps: Pick<Deps, 'app' | 'registrationProof'>): GuardStep {
  return async (passage, next) => {
    const { guarded, submission } = passage
    if (guarded.kind !== 'flow' || guarded.flow !== 'registration') return await next(passage)
    const { registration_proof: proof, ...fields } = submission.fields
    const stripped = { ...passage, submission: { ...submission, fields, body: JSON.stringify(fields) } }
    // Of an address that a provider names, the provider says whether it is proven.
    if (fields['method'] === 'oidc' || (deps.registrationProof === 'off' && proof === undefined)) return await next(stripped)
    const flowId = submission.lockKey?.slice('flow:'.length) ?? ''
    const email = emailOf(passage)
    if (typeof proof !== 'string' || email === null || !(await claimProof(deps, proof, email, flowId))) throw ProofRequired()
    const answer = await next(stripped)
    if (answer.status === 200 && Registered.safeParse(jsonOf(answer)).success) await useProof(deps, flowId)
    return answer
  }
}

function emailOf({ submission }: Passage): string | null {
  const traits = z.object({ email: z.string() }).safeParse(submission.fields['traits'])
  const reading = traits.success ? readEmail(traits.data.email) : null
  return reading !== null && 'email' in reading ? reading.email : null
}
