/** Guests: sessions without any personal data, and what becomes of what they made. */
import { NotSignedIn } from '@app/contracts/common-problems'
import { AlreadySignedIn, type GuestView } from '@app/contracts/guests'
import { guestMerged } from '@app/events/guest-merged'
import { guestRemoved } from '@app/events/guest-removed'
import type { UserActor } from '@app/http/actor'
import type { Session } from '@app/ory/session'
import { enqueue } from '@app/outbox/enqueue'
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { guests } from '../schema.ts'
import { admitGuest } from './arrivals.ts'
import type { NewGuest } from './new-guest.ts'

const guestSchema = 'guest'

/** Whether this session is of somebody who has not said who they are. */
export function isGuest(session: Pick<Session, 'schemaId'>): boolean {
  return session.schemaId === guestSchema
}

/** The guest behind a token; null when the session is over or a person's. */
export async function findGuest({ sessions }: Pick<Deps, 'sessions'>, token: string): Promise<Session | null> {
  const session = await sessions.findSession({ sessionToken: token })
  return session !== null && isGuest(session) ? session : null
}

/**
 * A new guest, or the one that the caller is already.
 *
 * @param current whoever the caller's credentials stand for
 * @throws {AlreadySignedIn} @throws {TooManyRequests} too many from this address. @throws {IdentityServiceDown}
 */
export async function createGuest(
  deps: Deps,
  makeGuest: () => Promise<NewGuest>,
  current: Session | null,
  address: string | null,
): Promise<GuestView & { sessionToken?: string; created: boolean }> {
  if (current !== null) {
    if (!isGuest(current)) throw AlreadySignedIn()
    return { userId: current.userId, expiresAt: current.expiresAt, created: false }
  }
  await admitGuest(deps, address)
  const { id, sessionToken, expiresAt } = await makeGuest()
  // Killed before this line, Kratos has a guest whom nobody ever heard of; the nightly comparison finds it.
  await deps.app.db
    .insert(guests)
    .values({ id, expiresAt: new Date(expiresAt) })
    .onConflictDoNothing()
  return { userId: id, expiresAt, sessionToken, created: true }
}

/**
 * What the guest made is the person's from now on. The row and the event are one transaction, so it happens once, to the first
 * person, whatever is killed; Kratos' identity goes afterwards, and a sweep sees to it when this process does not.
 *
 * @returns false when the guest had become somebody else before
 */
export async function mergeGuest(deps: Deps, guest: Session, userId: string, origin: Origin): Promise<boolean> {
  const merged = await deps.app.db.transaction(async (tx) => {
    await tx
      .insert(guests)
      .values({ id: guest.userId, expiresAt: new Date(guest.expiresAt) })
      .onConflictDoNothing()
    const [row] = await tx
      .update(guests)
      .set({ userId, mergedAt: sql`now()` })
      .where(and(eq(guests.id, guest.userId), isNull(guests.userId), isNull(guests.closedAt)))
      .returning({ id: guests.id })
    if (row === undefined) return false
    const actor = { kind: 'user', userId }
    await enqueue(tx, guestMerged, { subject: guest.userId, version: 1, data: { userId }, actor, ...origin })
    return true
  })
  const [now] = merged ? [{ userId }] : await deps.app.db.select({ userId: guests.userId }).from(guests).where(eq(guests.id, guest.userId))
  await closeGuest(deps, guest.userId)
  return now?.userId === userId
}

/** @throws {NotSignedIn} the caller is no guest. */
export async function forgetGuest(deps: Deps, actor: UserActor, origin: Origin): Promise<void> {
  if (!isGuest(actor.session)) throw NotSignedIn()
  await removeGuest(deps, actor.userId, new Date(actor.session.expiresAt), origin)
}

/** Tells all that what the guest made goes, unless they have become somebody meanwhile. Repeatable. */
export async function removeGuest(deps: Deps, id: string, expiresAt: Date, origin: Origin = {}): Promise<void> {
  await deps.app.db.transaction(async (tx) => {
    await tx.insert(guests).values({ id, expiresAt }).onConflictDoNothing()
    const [row] = await tx
      .update(guests)
      .set({ closedAt: sql`now()` })
      .where(and(eq(guests.id, id), isNull(guests.userId), isNull(guests.closedAt)))
      .returning({ id: guests.id })
    if (row !== undefined) await enqueue(tx, guestRemoved, { subject: id, version: 1, data: {}, ...origin })
  })
  await deps.kratos.deleteIdentity(id)
  await deps.revocations.publish({ scope: 'identity', id })
}

/** The identity and its sessions, once the guest has become somebody. What fails here is repeated by the sweep. */
export async function closeGuest(deps: Deps, id: string): Promise<void> {
  try {
    await deps.kratos.deleteIdentity(id)
    await deps.revocations.publish({ scope: 'identity', id })
    await deps.app.db
      .update(guests)
      .set({ closedAt: sql`now()` })
      .where(and(eq(guests.id, id), isNull(guests.closedAt)))
  } catch (error) {
    deps.log.warn({ err: error }, 'a guest who has signed in is not closed yet')
  }
}
