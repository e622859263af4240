/** Events about one identity share its version, so that others see them in the order in which they happened. */
import type { Transaction } from '@app/db/database'
import type { EventContract } from '@app/events/define-event'
import { enqueue } from '@app/outbox/enqueue'
import { eq, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Origin } from './origin.ts'
import { identities } from './schema.ts'

export interface TellingOrigin extends Origin {
  /** Who did it, when it was not the person. */
  readonly actor?: { readonly kind: string; readonly userId?: string; readonly actedById?: string } | null
}

/**
 * Stores an event about an identity with the change it tells about.
 *
 * @returns false when nothing is known of this identity yet: nobody has been told that it exists, so nothing is told about it
 */
export async function tellAbout<D extends z.ZodObject>(
  tx: Transaction,
  contract: EventContract<D>,
  identityId: string,
  data: z.input<D>,
  { requestId, traceparent, actor = { kind: 'user', userId: identityId } }: TellingOrigin = {},
): Promise<boolean> {
  const [row] = await tx
    .update(identities)
    .set({ version: sql`${identities.version} + 1` })
    .where(eq(identities.id, identityId))
    .returning({ version: identities.version })
  if (row === undefined) return false
  await enqueue(tx, contract, { subject: identityId, version: row.version, data, actor, requestId, traceparent })
  return true
}
