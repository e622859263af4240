/**
 * Identities that must be looked at soon. Whatever may change one writes a row here first; whoever has looked takes it away. So a
 * hook that was lost, or a process that was killed between two of them, costs seconds and never a person.
 */
import { ProblemError } from '@app/contracts/problem'
import type { Db, Transaction } from '@app/db/database'
import { newId } from '@app/db/id'
import { and, asc, eq, inArray, isNull, lte, sql } from 'drizzle-orm'
import type { Deps } from './deps.ts'
import { syncFactors } from './factors/sync-factors.ts'
import type { Origin } from './origin.ts'
import { identities, type PendingSync, pendingSyncs } from './schema.ts'
import { syncSessions } from './sessions/sync-sessions.ts'
import { syncIdentity } from './sync.ts'

/** Hooks normally come first. */
const graceSeconds = 3
/** How long another instance leaves a row alone that one has taken. */
const leaseSeconds = 15
/** After a failure. */
const retrySeconds = 2
const batch = 50
/** Asked for after 6, 12, 24, … seconds, seven minutes in all: by then no submission of the time is still under way in Kratos. */
const identifierMaxAttempts = 8
/** Unverified people who are asked about when a verification was heard of but not whose. */
const unverifiedBatch = 250

/**
 * Stores the intent; an earlier one about the same is renewed.
 *
 * @returns the row's id: who renews it meanwhile gives it another one
 */
export async function expectChange(db: Db | Transaction, kind: PendingSync['kind'], subject: string): Promise<string> {
  const dueAt = sql`now() + make_interval(secs => ${graceSeconds})`
  const id = newId()
  await db
    .insert(pendingSyncs)
    .values({ id, kind, subject, dueAt })
    .onConflictDoUpdate({ target: [pendingSyncs.kind, pendingSyncs.subject], set: { id, dueAt, attempts: 0 } })
  return id
}

/** Stores the intent and looks at the identity now. What fails is repeated by the sweep. */
export async function settleChange(deps: Deps, identityId: string, origin: Origin): Promise<void> {
  const id = await expectChange(deps.app.db, 'identity', identityId)
  await look(deps, identityId, origin)
  await deps.app.db.delete(pendingSyncs).where(eq(pendingSyncs.id, id))
}

export async function forgetChange(deps: Pick<Deps, 'app'>, kind: PendingSync['kind'], subject: string): Promise<void> {
  await deps.app.db.delete(pendingSyncs).where(and(eq(pendingSyncs.kind, kind), eq(pendingSyncs.subject, subject)))
}

/**
 * One round over what is due.
 *
 * @returns how many rows were taken
 */
export async function sweepPending(deps: Deps): Promise<number> {
  const due = await takeDue(deps)
  for (const [index, pending] of due.entries()) {
    try {
      if (await resolve(deps, pending)) await deps.system.db.delete(pendingSyncs).where(eq(pendingSyncs.id, pending.id))
      else await postpone(deps, [pending], Math.min(graceSeconds * 2 ** pending.attempts, 120))
    } catch (error) {
      deps.log.warn({ err: error, kind: pending.kind }, 'an identity could not be compared; it stays on the list')
      // During an outage the others would fail as well, each after its own time-out.
      const isOutage = error instanceof ProblemError && error.status === 503
      await postpone(deps, isOutage ? due.slice(index) : [pending], retrySeconds)
      if (isOutage) break
    }
  }
  return due.length
}

/** Taken for a while: no lock is held while Kratos is asked, and a killed process gives its rows back by time. */
async function takeDue({ system }: Deps): Promise<PendingSync[]> {
  const due = system.db
    .select({ id: pendingSyncs.id })
    .from(pendingSyncs)
    .where(lte(pendingSyncs.dueAt, sql`now()`))
    .orderBy(asc(pendingSyncs.dueAt))
    .limit(batch)
    .for('update', { skipLocked: true })
  return await system.db
    .update(pendingSyncs)
    .set({ dueAt: sql`now() + make_interval(secs => ${leaseSeconds})`, attempts: sql`${pendingSyncs.attempts} + 1` })
    .where(inArray(pendingSyncs.id, due))
    .returning()
}

/** Whether there is nothing more to expect. */
async function resolve(deps: Deps, { kind, subject, attempts }: PendingSync): Promise<boolean> {
  if (kind === 'unverified') {
    await syncUnverified(deps)
    return true
  }
  if (kind === 'sessions') {
    // Followed by the flow that it was about, when there was one.
    await syncSessions(deps, subject.slice(0, 36), null, {})
    return true
  }
  if (kind === 'identity') {
    await look(deps, subject)
    return true
  }
  const identity = await deps.kratos.findIdentity(subject)
  if (identity === null) return attempts >= identifierMaxAttempts
  await look(deps, identity.id)
  await syncSessions(deps, identity.id, null, {})
  return true
}

/** The identity first: nobody hears of the ways in of somebody whom they were not told about. */
async function look(deps: Deps, identityId: string, origin: Origin = {}): Promise<void> {
  if ((await syncIdentity(deps, identityId, origin)) !== null) await syncFactors(deps, identityId, origin)
}

async function postpone({ system }: Deps, pending: readonly PendingSync[], seconds: number): Promise<void> {
  await system.db
    .update(pendingSyncs)
    .set({ dueAt: sql`now() + make_interval(secs => ${seconds})` })
    .where(
      inArray(
        pendingSyncs.id,
        pending.map(({ id }) => id),
      ),
    )
}

/** Kratos tells nobody whose address a flow has verified, so the newest unverified ones are looked at. */
async function syncUnverified(deps: Deps): Promise<void> {
  const rows = await deps.system.db
    .select({ id: identities.id })
    .from(identities)
    .where(and(eq(identities.emailVerified, false), isNull(identities.deletedAt)))
    .orderBy(sql`${identities.createdAt} desc`)
    .limit(unverifiedBatch)
  const found = await deps.kratos.listByIds(rows.map(({ id }) => id))
  for (const { id, verifiable_addresses: addresses } of found) {
    if (addresses?.some(({ verified }) => verified)) await syncIdentity(deps, id)
  }
}
