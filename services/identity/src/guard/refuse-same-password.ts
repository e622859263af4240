import { compare } from 'bcryptjs'
import type { Deps } from '../deps.ts'
import { refuseAtFlow } from './refuse-at-flow.ts'
import type { GuardStep } from './steps.ts'

/** Where passwords expire, setting the same one again would be none of the change that is asked for. v1.3.1 takes it. */
export function refuseSamePassword(deps: Deps): GuardStep {
  return async (passage, next) => {
    const { guarded, submission, credentials } = passage
    const { method, password } = submission.fields
    if (!deps.passwordsExpire || guarded.kind !== 'flow' || guarded.flow !== 'settings' || method !== 'password') return await next(passage)
    const session = typeof password === 'string' ? await deps.sessions.findSession(credentials) : null
    if (typeof password !== 'string' || session === null) return await next(passage)
    const current = await deps.kratos.readPasswordHash(session.userId)
    // Of another algorithm only Kratos can tell; bcrypt reads 72 bytes, and Kratos refuses more.
    const isSame = current?.startsWith('$2') === true && Buffer.byteLength(password) <= 72 && (await compare(password, current))
    return isSame ? await refuseAtFlow(deps, passage, 'passwordSame', 'password') : await next(passage)
  }
}
