/** Small values that the product remembers for a person or a guest. */
import { NotSignedIn } from '@app/contracts/common-problems'
import { type PreferenceView, preferencesMax, TooManyPreferences } from '@app/contracts/preferences'
import type { Transaction } from '@app/db/database'
import type { UserActor } from '@app/http/actor'
import { forgetMerged, type GuestRows, ownerOf } from '@app/outbox/guests'
import { and, asc, eq, sql } from 'drizzle-orm'
import { isErased } from './ensure-user.ts'
import { preferences } from './schema.ts'
import type { UsersDeps } from './users.ts'

export async function listPreferences({ db }: UsersDeps, actor: UserActor): Promise<{ items: PreferenceView[] }> {
  const rows = await db.select().from(preferences).where(eq(preferences.ownerId, actor.userId)).orderBy(asc(preferences.key))
  return { items: rows.map(viewOf) }
}

/**
 * Replaces the value of a key.
 *
 * @throws {TooManyPreferences} it would be one more than there is room for. @throws {NotSignedIn} the guest is gone.
 */
export async function setPreference(
  { db }: UsersDeps,
  actor: UserActor,
  key: string,
  value: PreferenceView['value'],
): Promise<PreferenceView> {
  // Written out: Drizzle takes the JSON null for the SQL one.
  const stored = sql`${JSON.stringify(value)}::jsonb`
  return await db.transaction(async (tx) => {
    const ownerId = await ownerOrRefuse(tx, actor)
    // One at a time per owner, or several could pass the count together.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${ownerId}, 1))`)
    const [row] = await tx
      .insert(preferences)
      .values({ ownerId, key, value: stored })
      .onConflictDoUpdate({ target: [preferences.ownerId, preferences.key], set: { value: stored, updatedAt: sql`now()` } })
      .returning()
    if (row === undefined) throw new Error('The preference was not stored')
    if ((await tx.$count(preferences, eq(preferences.ownerId, ownerId))) > preferencesMax) {
      throw TooManyPreferences(`At most ${preferencesMax} keys; remove one first`)
    }
    return viewOf(row)
  })
}

/** Repeatable. @throws {NotSignedIn} the guest is gone. */
export async function removePreference({ db }: UsersDeps, actor: UserActor, key: string): Promise<void> {
  await db.transaction(async (tx) => {
    const ownerId = await ownerOrRefuse(tx, actor)
    await tx.delete(preferences).where(and(eq(preferences.ownerId, ownerId), eq(preferences.key, key)))
  })
}

async function ownerOrRefuse(tx: Transaction, actor: UserActor): Promise<string> {
  const ownerId = await ownerOf(tx, actor.userId)
  if (ownerId === null) throw NotSignedIn()
  return ownerId
}

/** What the person set themselves stays; the guest's rest moves, up to the number that there is room for. */
export const guestPreferences: GuestRows = {
  service: 'users',
  move: async (tx, guestId, userId) => {
    if (await isErased(tx, userId)) await forgetMerged(tx, userId)
    else await moveTo(tx, guestId, userId)
    await tx.delete(preferences).where(eq(preferences.ownerId, guestId))
  },
  remove: async (tx, guestId) => void (await tx.delete(preferences).where(eq(preferences.ownerId, guestId))),
}

async function moveTo(tx: Transaction, guestId: string, userId: string): Promise<void> {
  await tx.execute(sql`
    update preferences set owner_id = ${userId} where owner_id = ${guestId} and key in (
      select key from preferences mine where owner_id = ${guestId}
        and not exists (select from preferences theirs where theirs.owner_id = ${userId} and theirs.key = mine.key)
      order by updated_at desc
      limit greatest(0, ${preferencesMax} - (select count(*) from preferences where owner_id = ${userId})))`)
}

function viewOf({ key, value, updatedAt }: typeof preferences.$inferSelect): PreferenceView {
  return { key, value, updatedAt: updatedAt.toISOString() }
}
