/** Which invitations can still be used. */
import type { Transaction } from '@app/db/database'
import { and, eq, isNull, lt, or, sql } from 'drizzle-orm'
import { setupLinks } from '../schema.ts'

export const isOpen = and(eq(setupLinks.purpose, 'invitation'), isNull(setupLinks.usedAt), isNull(setupLinks.withdrawnAt))
export const isUnclaimed = or(isNull(setupLinks.claimedUntil), lt(setupLinks.claimedUntil, sql`now()`))

/** Whoever came in by another way needs none any more. One that is being used counts when it was. */
export async function closeInvitations(tx: Transaction, identityId: string): Promise<void> {
  await tx
    .update(setupLinks)
    .set({ usedAt: sql`now()`, unsentToken: null })
    .where(and(isOpen, isUnclaimed, eq(setupLinks.identityId, identityId)))
}
