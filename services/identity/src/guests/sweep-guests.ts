/** Removes guests whose session is over, and finishes what a killed process began. */
import { and, asc, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import type { KratosIdentity } from '../kratos-identity.ts'
import { guestArrivals, guests } from '../schema.ts'
import { closeGuest, removeGuest } from './guests.ts'

const batch = 50
/** Whoever merges a guest closes it a moment later. */
const graceSeconds = 5
/** So long a question about one can be answered. */
const keptDays = 7
/** More than sessions last. */
const longestSessionMs = 48 * 3_600_000

/** @returns how many were seen to; a full batch means that more may be due */
export async function sweepGuests(deps: Deps, signal: AbortSignal): Promise<number> {
  const merged = await deps.system.db
    .select({ id: guests.id })
    .from(guests)
    .where(
      and(isNull(guests.closedAt), isNotNull(guests.mergedAt), lt(guests.mergedAt, sql`now() - make_interval(secs => ${graceSeconds})`)),
    )
    .orderBy(asc(guests.mergedAt))
    .limit(batch)
  for (const { id } of merged) if (!signal.aborted) await closeGuest(deps, id)
  const old = await deps.system.db
    .select({ id: guests.id, expiresAt: guests.expiresAt })
    .from(guests)
    .where(and(isNull(guests.closedAt), isNull(guests.mergedAt), lt(guests.expiresAt, sql`now()`)))
    .orderBy(asc(guests.expiresAt))
    .limit(batch)
  for (const { id, expiresAt } of old) if (!signal.aborted) await removeGuest(deps, id, expiresAt)
  return Math.max(merged.length, old.length)
}

export async function sweepAllGuests(deps: Deps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await sweepGuests(deps, signal)) === batch) {
    // Small batches, so that neither Kratos nor the relay is flooded.
  }
  await deps.system.db.delete(guestArrivals).where(lt(guestArrivals.minute, sql`now() - interval '1 hour'`))
  await deps.system.db.delete(guests).where(lt(guests.closedAt, sql`now() - make_interval(days => ${keptDays})`))
}

/** A guest whom Kratos has and no row knows: their session ends at the latest a day after they came. */
export async function adoptGuest({ system }: Deps, { id, created_at }: KratosIdentity): Promise<void> {
  const createdAt = new Date(created_at)
  const expiresAt = new Date(createdAt.getTime() + longestSessionMs)
  await system.db.insert(guests).values({ id, createdAt, expiresAt }).onConflictDoNothing()
}
