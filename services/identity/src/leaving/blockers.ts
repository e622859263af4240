/** What a person must settle before they can leave. Whoever makes something that nobody else can look after adds it here. */
import type { LeavingBlocker } from '@app/contracts/leaving'
import type { Transaction } from '@app/db/database'
import { sql } from 'drizzle-orm'

/** Keeps our advisory lock apart from others in the same database. */
const seed = 7_305_102_609

/** Asked in the transaction that settles it, so that two people who wait for each other cannot both leave. */
type Blocks = (tx: Transaction, identityId: string) => Promise<boolean>

const blockers: Readonly<Record<LeavingBlocker, Blocks>> = {
  'last-administrator': isLastAdministrator,
}

export async function findBlockers(tx: Transaction, identityId: string): Promise<LeavingBlocker[]> {
  const found: LeavingBlocker[] = []
  for (const [name, blocks] of Object.entries(blockers) as [LeavingBlocker, Blocks][]) if (await blocks(tx, identityId)) found.push(name)
  return found
}

/** Whoever is about to leave no longer counts as somebody who stays. */
async function isLastAdministrator(tx: Transaction, identityId: string): Promise<boolean> {
  const [own] = await tx.execute(sql`select from platform_administrators where user_id = ${identityId} and revoking_at is null`)
  if (own === undefined) return false
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('last-administrator', ${seed}))`)
  const [other] = await tx.execute(sql`
    select from platform_administrators
    where user_id <> ${identityId} and revoking_at is null and not exists (select from deletions where identity_id = user_id) limit 1`)
  return other === undefined
}
