import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { spendCode } from '../factors/spent-codes.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'
import { signedInBy } from './came-in.ts'
import type { GuardStep } from './steps.ts'

const Exchanged = z.object({ session: z.object({ expires_at: z.iso.datetime({ offset: true }) }) })

/** The two codes of an app give its token once (RFC 6749, 10.5 for codes like these): Kratos hands it out for as long as the session lives. */
export function exchangeOnce(deps: Deps): GuardStep {
  return async (passage, next) => {
    const answer = await next(passage)
    if (passage.guarded.kind !== 'token-exchange') return answer
    const person = signedInBy(answer)
    if (person === null) return answer
    const seconds = (Date.parse(Exchanged.parse(jsonOf(answer)).session.expires_at) - Date.now()) / 1_000
    return (await spendCode(deps, person.userId, passage.submission.target, seconds)) ? answer : notFound
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
