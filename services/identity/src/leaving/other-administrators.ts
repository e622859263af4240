import type { Transaction } from '@app/db/database'
import { sql } from 'drizzle-orm'

/** Keeps our advisory lock apart from others in the same database. */
const seed = 7_305_102_609

/**
 * Whether anybody else could sign in and administer: nobody suspended, inactive or about to leave. Who asks is alone with it until the
 * transaction ends, so that of the last two, however they go, one stays.
 */
export async function hasOtherAdministrator(tx: Transaction, identityId: string): Promise<boolean> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('last-administrator', ${seed}))`)
  const [other] = await tx.execute(sql`
    select from platform_administrators
    where user_id <> ${identityId} and revoking_at is null and suspended_at is null
      and not exists (select from deletions where identity_id = user_id)
      and not exists (select from identities where id = user_id and state = 'inactive')
    limit 1`)
  return other !== undefined
}
