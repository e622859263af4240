/** A person asks that their account be deleted, or thinks better of it. */

import type { ActivityKind } from '@app/contracts/activity'
import { NotSignedIn, SecondFactorRequired } from '@app/contracts/common-problems'
import { DeletionUnderWay, type DeletionView, GoesWithAccount, LeavingBlocked, type LeavingView, StaysBehind } from '@app/contracts/leaving'
import type { Transaction } from '@app/db/database'
import { deletionRequested, deletionWithdrawn } from '@app/events/deletion'
import type { UserActor } from '@app/http/actor'
import type { RequestFacts } from '@app/http/route'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { recordActivity } from '../activity.ts'
import type { Deps } from '../deps.ts'
import { tellAbout } from '../tell.ts'
import { findBlockers } from './blockers.ts'
import { deletions } from './tables.ts'

export async function readLeaving({ app, leaving }: Deps, { userId }: UserActor): Promise<LeavingView> {
  return await app.db.transaction(async (tx) => {
    const deletion = await findDeletion(tx, userId)
    return {
      deletion: deletion ?? null,
      graceDays: leaving.graceDays,
      goes: GoesWithAccount.options,
      stays: StaysBehind.options,
      blockers: await findBlockers(tx, userId),
    }
  })
}

/**
 * Repeatable: the first request counts.
 *
 * @throws {LeavingBlocked} something has to be settled first. @throws {SecondFactorRequired} the person has a second factor and this
 * session has not shown it.
 */
export async function requestDeletion({ app, leaving }: Deps, actor: UserActor, request: RequestFacts): Promise<DeletionView> {
  refuseHalfSession(actor)
  const { userId } = actor
  return await app.db.transaction(async (tx) => {
    const blockers = await findBlockers(tx, userId)
    const known = await findDeletion(tx, userId)
    if (known !== undefined) return known
    if (blockers.length > 0) throw LeavingBlocked(blockers.join(', '))
    const dueAt = sql`now() + make_interval(days => ${leaving.graceDays})`
    const inserted = await tx.insert(deletions).values({ identityId: userId, dueAt }).onConflictDoNothing().returning()
    const deletion = await findDeletion(tx, userId)
    // Erased between two statements: there is nobody any more.
    if (deletion === undefined) throw NotSignedIn()
    if (inserted.length > 0) {
      await note(tx, actor, 'deletion-requested', request)
      await tellAbout(tx, deletionRequested, userId, { dueAt: deletion.dueAt }, { requestId: request.id })
    }
    return deletion
  })
}

/** Repeatable. @throws {DeletionUnderWay} it is too late. */
export async function withdrawDeletion({ app }: Deps, actor: UserActor, request: RequestFacts): Promise<void> {
  await app.db.transaction(async (tx) => {
    const withdrawn = await tx
      .delete(deletions)
      .where(and(eq(deletions.identityId, actor.userId), isNull(deletions.erasingAt)))
      .returning()
    if (withdrawn.length > 0) {
      await note(tx, actor, 'deletion-withdrawn', request)
      await tellAbout(tx, deletionWithdrawn, actor.userId, {}, { requestId: request.id })
    } else if ((await findDeletion(tx, actor.userId)) !== undefined) throw DeletionUnderWay()
  })
}

/** A stolen password must not be enough for what a second factor protects. */
function refuseHalfSession({ session }: UserActor): void {
  if (session.secondFactorSet && session.assuranceLevel !== 'aal2') throw SecondFactorRequired()
}

async function findDeletion(tx: Transaction, identityId: string): Promise<DeletionView | undefined> {
  const [row] = await tx.select().from(deletions).where(eq(deletions.identityId, identityId))
  return row && { requestedAt: row.requestedAt.toISOString(), dueAt: row.dueAt.toISOString() }
}

async function note(
  tx: Transaction,
  { userId, sessionId }: UserActor,
  kind: ActivityKind,
  { address, headers }: RequestFacts,
): Promise<void> {
  await recordActivity(tx, { identityId: userId, kind, sessionId, address, userAgent: headers.get('user-agent') })
}
