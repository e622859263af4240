/** What a person must settle before they can leave. Whoever makes something that nobody else can look after adds it here. */
import type { LeavingBlocker } from '@app/contracts/leaving'
import type { Transaction } from '@app/db/database'
import { sql } from 'drizzle-orm'
import { hasOtherAdministrator } from './other-administrators.ts'

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

async function isLastAdministrator(tx: Transaction, identityId: string): Promise<boolean> {
  const [own] = await tx.execute(sql`select from platform_administrators where user_id = ${identityId} and revoking_at is null`)
  return own !== undefined && !(await hasOtherAdministrator(tx, identityId))
}
