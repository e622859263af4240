/** A sign-in with a code that went to a number is written down before anybody hears of it: what Kratos keeps says `code` for mail and text alike. */
import { IdentityServiceDown } from '@app/contracts/common-problems'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { addTextProof } from '../sessions/text-proofs.ts'
import { jsonOf } from '../upstream.ts'
import type { GuardStep, Passage } from './steps.ts'
import { numberOf } from './withdrawn-number.ts'

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))
const SignedIn = z.object({
  session: z.object({ id: z.uuid(), authentication_methods: z.array(z.object({ method: z.string(), completed_at: instant })) }),
})

export function noteTextProof(deps: Deps): GuardStep {
  return async (passage, next) => {
    const answer = await next(passage)
    if (answer.status >= 400 || !showsCode(passage) || (await numberOf(deps, passage)) === null) return answer
    const session = SignedIn.safeParse(jsonOf(answer)).data?.session
    const proof = session?.authentication_methods.findLast(({ method }) => method === 'code')
    if (session === undefined || proof === undefined)
      throw IdentityServiceDown(undefined, { cause: new Error('Kratos did not say what the sign-in was') })
    await addTextProof(deps, session.id, proof.completed_at)
    return answer
  }
}

function showsCode({ guarded, submission: { fields } }: Passage): boolean {
  return guarded.kind === 'flow' && guarded.flow === 'login' && fields['method'] === 'code'
}
