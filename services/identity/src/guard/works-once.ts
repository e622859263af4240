/** A code of an authenticator app and a recovery code work once, also for two who send it at once, to whatever instance. */
import type { Deps } from '../deps.ts'
import { giveCodeBack, spendCode } from '../factors/spent-codes.ts'
import { refuseAtFlow } from './refuse-at-flow.ts'
import type { GuardStep, Passage } from './steps.ts'

/** Kratos takes the code of the step before and after this one: 90 s in all (RFC 6238, 5.2 asks for one use). */
const totpSeconds = 120
/** Kratos itself remembers a used recovery code: this bridges the time until it does, a little more than it has to answer. */
const recoverySeconds = 20

interface Code {
  readonly text: string
  readonly seconds: number
  readonly field: string
}

export function worksOnce(deps: Deps): GuardStep {
  return async (passage, next) => {
    const code = codeIn(passage)
    const session = code === null ? null : await deps.sessions.findSession(passage.credentials)
    // Without a session there is nobody whose factor it could be, and Kratos says so.
    if (code === null || session === null) return await next(passage)
    if (!(await spendCode(deps, session.userId, code.text, code.seconds))) return await refuseAtFlow(deps, passage, 'codeSpent', code.field)
    // When Kratos gives no answer it is not known whether the code counted: it stays spent.
    const answer = await next(passage)
    if (answer.status === 400) await giveCodeBack(deps, session.userId, code.text)
    return answer
  }
}

function codeIn({ guarded, submission: { fields } }: Passage): Code | null {
  if (guarded.kind !== 'flow' || (guarded.flow !== 'login' && guarded.flow !== 'settings')) return null
  const totp = fields['totp_code']
  // Both are spelled in more than one way that Kratos reads alike.
  if (fields['method'] === 'totp' && typeof totp === 'string' && totp !== '')
    return { text: totp.replace(/\s/g, ''), seconds: totpSeconds, field: 'totp_code' }
  const recovery = fields['lookup_secret']
  if (fields['method'] === 'lookup_secret' && typeof recovery === 'string' && recovery !== '')
    return { text: recovery.replace(/\s/g, '').toLowerCase(), seconds: recoverySeconds, field: 'lookup_secret' }
  return null
}
