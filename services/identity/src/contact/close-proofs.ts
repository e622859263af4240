/** A proof is done with once, however it ends, and whoever lost a number to it is told with that. */
import type { Transaction } from '@app/db/database'
import { and, eq, isNotNull, isNull, ne, sql } from 'drizzle-orm'
import { type ContactProof, contactProofs } from './tables.ts'
import { tellTaken } from './take-number.ts'

/** False when it was closed before. */
export async function closeProof(tx: Transaction, id: string, requestId: string | undefined): Promise<boolean> {
  const [closed] = await tx
    .update(contactProofs)
    .set({ usedAt: sql`now()` })
    .where(and(eq(contactProofs.id, id), isNull(contactProofs.usedAt)))
    .returning({ takenFrom: contactProofs.takenFrom })
  if (closed === undefined) return false
  if (closed.takenFrom !== null) await tellTaken(tx, closed.takenFrom, requestId)
  return true
}

/** Proven and never finished: what has happened since is newer, and must not be undone by it. */
export async function closeUnfinished(
  tx: Transaction,
  { identityId, purpose, except }: { identityId: string; purpose: ContactProof['purpose']; except?: string },
  requestId: string | undefined,
): Promise<void> {
  const older = await tx
    .select({ id: contactProofs.id })
    .from(contactProofs)
    .where(
      and(
        eq(contactProofs.identityId, identityId),
        eq(contactProofs.purpose, purpose),
        isNotNull(contactProofs.provenAt),
        isNull(contactProofs.usedAt),
        except === undefined ? undefined : ne(contactProofs.id, except),
      ),
    )
  for (const { id } of older) await closeProof(tx, id, requestId)
}
