/** A code that went to a number counts while the number is the person's: Kratos goes on taking it after the number was removed. */
import { sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { textTrait } from '../kratos-identity.ts'
import { flowIdOf } from '../limits/guess.ts'
import type { GuardStep, Passage } from './steps.ts'

/** No code of Kratos', which has six digits: so it is answered, and counted, as a wrong one. */
const noCode = 'withdrawn'

export function refuseWithdrawnNumber(deps: Deps): GuardStep {
  return async (passage, next) => {
    const { guarded, submission } = passage
    const { code } = submission.fields
    if (guarded.kind !== 'flow' || guarded.flow !== 'login' || code === undefined || code === '') return await next(passage)
    const key = await numberOf(deps, passage)
    if (key === null || (await isTheirs(deps, passage, key))) return await next(passage)
    const fields = { ...submission.fields, code: noCode }
    return await next({ ...passage, submission: { ...submission, fields, body: JSON.stringify(fields) } })
  }
}

/** The number to which the flow has sent its last code, as a key; null when that went elsewhere. */
export async function numberOf({ app }: Deps, { submission }: Passage): Promise<string | null> {
  const [row] = await app.db.execute<{ key: string | null }>(
    sql`select encode(phone_key, 'hex') as key from guard_flows where flow_id = ${flowIdOf(submission.lockKey)}`,
  )
  return row?.key ?? null
}

/** As a second factor the code is for whoever is signed in. */
async function isTheirs({ kratos, sessions, codeMode, guardKeys }: Deps, passage: Passage, key: string): Promise<boolean> {
  const { identifier } = passage.submission.fields
  const session = codeMode === 'second-factor' ? await sessions.findSession(passage.credentials) : null
  const identity =
    session !== null
      ? await kratos.getIdentity(session.userId)
      : typeof identifier === 'string' && identifier !== ''
        ? await kratos.findIdentity(identifier)
        : null
  const phone = identity && textTrait(identity, 'phone')
  return phone !== null && guardKeys.account(phone).toString('hex') === key
}
