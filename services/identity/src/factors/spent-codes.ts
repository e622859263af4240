/** Codes that may not count a second time. Kratos takes the same one again, at once and in a race. */
import { createHash } from 'node:crypto'
import { lt, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { spentCodes } from '../factor-tables.ts'

/**
 * Takes a code for this identity; the database decides between two that come at once.
 *
 * @param seconds how long nobody else may use it
 * @returns false when it is taken
 */
export async function spendCode({ app }: Pick<Deps, 'app'>, identityId: string, code: string, seconds: number): Promise<boolean> {
  const taken = await app.db.execute(sql`
    insert into spent_codes (identity_id, code_hash, until)
    values (${identityId}, ${hashOf(code)}, now() + make_interval(secs => ${seconds}))
    on conflict (identity_id, code_hash) do update set until = excluded.until where spent_codes.until < now()
    returning 1`)
  return taken.length > 0
}

/** Kratos has refused it: it was none of theirs, and saying "used before" the next time would be untrue. */
export async function giveCodeBack({ app }: Pick<Deps, 'app'>, identityId: string, code: string): Promise<void> {
  await app.db.execute(sql`delete from spent_codes where identity_id = ${identityId} and code_hash = ${hashOf(code)}`)
}

export async function forgetSpentCodes({ system }: Pick<Deps, 'system'>): Promise<void> {
  await system.db.delete(spentCodes).where(lt(spentCodes.until, sql`now() - interval '1 minute'`))
}

const hashOf = (code: string) => createHash('sha256').update(code).digest()
