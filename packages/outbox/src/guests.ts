/**
 * What guests made moves to the person they turn out to be: each service moves its own rows in the transaction that handles the
 * event, exactly once, and a write of the guest that comes late lands where the rows are.
 */
import type { Transaction } from '@app/db/database'
import { guestMerged } from '@app/events/guest-merged'
import { guestRemoved } from '@app/events/guest-removed'
import { sql } from 'drizzle-orm'
import { type Consumer, consume } from './consume.ts'

/** Keeps our advisory locks apart from others in the same database. */
const seed = 7_305_102_604

export interface GuestRows {
  /** `files` gives the queues `files.guest-merged` and `files.guest-removed`. */
  readonly service: string
  /** Moves every row of the guest; what the person has already is theirs to keep. */
  readonly move: (tx: Transaction, guestId: string, userId: string) => Promise<void>
  readonly remove: (tx: Transaction, guestId: string) => Promise<void>
}

/** A service with rows of guests adds these to its consumers. */
export function guestConsumers({ service, move, remove }: GuestRows): Consumer[] {
  return [
    consume(guestMerged, `${service}.guest-merged`, async ({ subject, data }, { tx }) => {
      if (await settle(tx, subject, data.userId)) await move(tx, subject, data.userId)
    }),
    consume(guestRemoved, `${service}.guest-removed`, async ({ subject }, { tx }) => {
      if (await settle(tx, subject, null)) await remove(tx, subject)
    }),
  ]
}

/**
 * Whose rows a caller writes: their own, or those of the person that a guest has become. Ask it in the transaction of the write;
 * until that ends, the guest is not merged.
 *
 * @returns null for a guest who was removed
 */
export async function ownerOf(tx: Transaction, userId: string): Promise<string | null> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(hashtextextended(${userId}, ${seed}))`)
  const [merged] = await tx.execute<{ user_id: string | null }>(sql`select user_id from merged_guests where guest_id = ${userId}`)
  return merged === undefined ? userId : merged.user_id
}

/** The person is gone: what comes late of a guest that they were lands nowhere. */
export async function forgetMerged(tx: Transaction, userId: string): Promise<void> {
  await tx.execute(sql`update merged_guests set user_id = null where user_id = ${userId}`)
}

/** Waits for writes of the guest that are under way. @returns false when it was settled before: the first one counts */
async function settle(tx: Transaction, guestId: string, userId: string | null): Promise<boolean> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${guestId}, ${seed}))`)
  const settled = await tx.execute(
    sql`insert into merged_guests (guest_id, user_id) values (${guestId}, ${userId}) on conflict do nothing returning 1`,
  )
  return settled.length > 0
}
