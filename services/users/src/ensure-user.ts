/** The one place where identities become users. */
import type { Transaction } from '@app/db/database'
import { userRegistered } from '@app/events/user-registered'
import { enqueue } from '@app/outbox/enqueue'
import { forgetMerged } from '@app/outbox/guests'
import { and, eq, sql } from 'drizzle-orm'
import { erasedUsers, preferences, users } from './schema.ts'

/** What users keeps of an identity. */
export interface IdentityCopy {
  readonly id: string
  readonly email: string | null
  readonly emailVerified: boolean
  readonly name: string
  readonly locale: 'en' | 'nl'
  readonly phone: string | null
  readonly state: 'active' | 'inactive'
  /** Invited, and nobody has come in yet. Whoever has a session is in. */
  readonly awaitsPerson?: boolean
  /**
   * When it last changed: identity's own time in events, Kratos' in sessions. Kratos v1.3.1 never moves its own, so a session may make
   * a user but hardly ever corrects one; events do.
   */
  readonly updatedAt: string
}

export interface Trace {
  readonly requestId?: string | undefined
  readonly traceparent?: string | undefined
}

/**
 * Makes the user of an identity exist, with a copy at least as new as this one. Repeatable, in any order and by several at
 * once: the row and its `users.user.registered.v1` come about exactly once (of who was invited, when they come in), older data never
 * replaces newer, and an erased user stays erased. Called by identity's events, the first authenticated request and (through an event) identity's sweep.
 */
export async function ensureUser(tx: Transaction, identity: IdentityCopy, trace: Trace = {}): Promise<void> {
  if (await isErased(tx, identity.id)) return
  const awaited = identity.awaitsPerson ?? false
  const [inserted] = await tx
    .insert(users)
    .values({ id: identity.id, awaited, ...columnsOf(identity) })
    .onConflictDoNothing({ target: users.id })
    .returning({ version: users.version })
  if (inserted === undefined) await refreshCopy(tx, identity)
  if (awaited) return
  const arrived = inserted ?? (await endWaiting(tx, identity.id))
  if (arrived) await enqueue(tx, userRegistered, { subject: identity.id, version: arrived.version, data: {}, ...trace })
}

/** Of whoever was invited and has come in: once. */
async function endWaiting(tx: Transaction, id: string): Promise<{ version: number } | undefined> {
  const [arrived] = await tx
    .update(users)
    .set({ awaited: false })
    .where(and(eq(users.id, id), users.awaited))
    .returning({ version: users.version })
  return arrived
}

/**
 * Kratos does not touch an identity's time when an address is verified, so at the same time "verified" is the newer one; the
 * same to the millisecond, because sessions bring times without microseconds. The version counts only changes that somebody can
 * see: a new password also changes the identity's time.
 */
async function refreshCopy(tx: Transaction, identity: IdentityCopy): Promise<void> {
  const copy = columnsOf(identity)
  const { identityUpdatedAt: updatedAt } = copy
  const same = sql`(email, email_verified, name, locale, phone, state) is not distinct from
    (${copy.email}::text, ${copy.emailVerified}::boolean, ${copy.name}::text, ${copy.locale}::text, ${copy.phone}::text, ${copy.state}::text)`
  await tx
    .update(users)
    .set({
      ...copy,
      identityUpdatedAt: sql`greatest(identity_updated_at, ${updatedAt}::timestamptz)`,
      version: sql`version + case when ${same} then 0 else 1 end`,
      updatedAt: sql`case when ${same} then updated_at else now() end`,
    })
    .where(
      sql`${users.id} = ${identity.id} and (identity_updated_at < ${updatedAt}::timestamptz
        or (date_trunc('milliseconds', identity_updated_at) = date_trunc('milliseconds', ${updatedAt}::timestamptz)
          and ${copy.emailVerified} and not email_verified))`,
    )
}

/** Named one by one: callers hand over whole identities, whose other fields (`createdAt`) mean something else here. */
function columnsOf({ email, emailVerified, name, locale, phone, state, updatedAt }: IdentityCopy) {
  return { email, emailVerified, name, locale, phone, state, identityUpdatedAt: updatedAt }
}

/** Removes what is known of a person whose identity was deleted. Repeatable. */
export async function eraseUser(tx: Transaction, id: string): Promise<void> {
  await lockUser(tx, id)
  await tx.insert(erasedUsers).values({ id }).onConflictDoNothing()
  await tx.delete(preferences).where(eq(preferences.ownerId, id))
  await forgetMerged(tx, id)
  await tx.delete(users).where(eq(users.id, id))
}

/** Until the transaction ends nobody erases them either. */
export async function isErased(tx: Transaction, id: string): Promise<boolean> {
  await lockUser(tx, id)
  const [erased] = await tx.select({ id: erasedUsers.id }).from(erasedUsers).where(eq(erasedUsers.id, id))
  return erased !== undefined
}

/** Erasing and ensuring take turns: neither may miss what the other has not committed yet. */
async function lockUser(tx: Transaction, id: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${id}, 0))`)
}
