import { IdentityServiceDown } from '@app/contracts/common-problems'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { spendCode } from '../factors/spent-codes.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'
import { signedInBy } from './came-in.ts'
import type { GuardStep } from './steps.ts'

/** From the way back in the browser to the app that asks. */
const goodForSeconds = 15 * 60

const Exchanged = z.object({ session: z.object({ active: z.boolean(), issued_at: z.iso.datetime({ offset: true }) }) })

/**
 * The two codes of an app give its token once and soon (RFC 6749, 10.5 for codes like these). Kratos hands it out again and again, for sessions
 * that are over too, and for the one that the browser had already.
 */
export function exchangeOnce(deps: Deps): GuardStep {
  return async (passage, next) => {
    const answer = await next(passage)
    if (passage.guarded.kind !== 'token-exchange' || answer.status !== 200) return answer
    const exchanged = Exchanged.safeParse(jsonOf(answer)).data
    const person = signedInBy(answer)
    if (exchanged === undefined || person === null)
      throw IdentityServiceDown(undefined, { cause: new Error('an exchange answer of an unknown shape') })
    const { active, issued_at } = exchanged.session
    const ageSeconds = (deps.standing.clock().getTime() - Date.parse(issued_at)) / 1_000
    if (!active || ageSeconds > goodForSeconds) return notFound
    return (await spendCode(deps, person.userId, passage.submission.target, 2 * goodForSeconds)) ? answer : notFound
  }
}

/** As Kratos answers codes that it does not know. */
const error = {
  code: 404,
  status: 'Not Found',
  reason: 'no session yet for this "code"',
  message: 'The requested resource could not be found',
}
const notFound: UpstreamAnswer = {
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ error })),
}
