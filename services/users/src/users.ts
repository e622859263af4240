/** A person's own profile, and single users for those who may see them. */
import { NotSignedIn, VersionConflict } from '@app/contracts/common-problems'
import { type UserChanges, UserNotFound, type UserView } from '@app/contracts/users'
import type { Database, Db } from '@app/db/database'
import type { UserActor } from '@app/http/actor'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { ensureUser, type Trace } from './ensure-user.ts'
import { type UserRow, users } from './schema.ts'

export interface UsersDeps {
  /** As the app role. */
  readonly db: Database['db']
}

/**
 * The caller's own profile; made now when no event has made it yet, and brought up to date when the session knows newer traits.
 *
 * @throws {NotSignedIn} the identity was deleted while its session was still on its way.
 */
export async function readMe({ db }: UsersDeps, actor: UserActor, trace: Trace): Promise<UserView> {
  const row = await selectUser(db, actor.userId)
  if (row && isUpToDate(row, actor)) return viewOf(row)
  await db.transaction((tx) => ensureUser(tx, copyOf(actor), trace))
  const ensured = await selectUser(db, actor.userId)
  if (!ensured) throw NotSignedIn()
  return viewOf(ensured)
}

/**
 * Changes own columns; with `ifMatch` only a row of one of these versions.
 *
 * @throws {VersionConflict} the row has another version by now. @throws {NotSignedIn} as for `readMe`.
 */
export async function updateMe(
  deps: UsersDeps,
  actor: UserActor,
  { displayName, timeZone, title }: UserChanges,
  ifMatch: readonly number[] | null,
  trace: Trace,
): Promise<UserView> {
  const me = await readMe(deps, actor, trace)
  const changes = { displayName, timeZone, title }
  if (Object.values(changes).every((value) => value === undefined)) {
    if (ifMatch && !ifMatch.includes(me.version)) throw VersionConflict()
    return me
  }
  const [updated] = await deps.db
    .update(users)
    .set({ ...changes, version: sql`version + 1`, updatedAt: sql`now()` })
    .where(and(eq(users.id, actor.userId), ifMatch ? inArray(users.version, [...ifMatch]) : undefined))
    .returning()
  // Without a condition only a row that was erased meanwhile is missed.
  if (!updated) throw ifMatch ? VersionConflict() : NotSignedIn()
  return viewOf(updated)
}

/** @throws {UserNotFound} for callers who may see everybody. */
export async function findUser({ db }: UsersDeps, userId: string): Promise<UserView> {
  const row = await selectUser(db, userId)
  if (!row) throw UserNotFound()
  return viewOf(row)
}

async function selectUser(db: Db, id: string): Promise<UserRow | undefined> {
  const [row] = await db.select().from(users).where(eq(users.id, id))
  return row
}

/** Times go out as text; the contract drops what callers do not see. */
export function viewOf(row: UserRow): UserView {
  return { ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() }
}

function copyOf({ userId, session }: UserActor) {
  const { traits, emailVerified, identityState, identityUpdatedAt } = session
  return { id: userId, ...traits, emailVerified, state: identityState, updatedAt: identityUpdatedAt }
}

function isUpToDate(row: UserRow, { session }: UserActor): boolean {
  const known = Date.parse(row.identityUpdatedAt)
  const seen = Date.parse(session.identityUpdatedAt)
  return known > seen || (known === seen && (row.emailVerified || !session.emailVerified))
}
