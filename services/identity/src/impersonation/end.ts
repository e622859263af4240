/** The end of acting as somebody: either side at any time, or the clock. It counts with the commit: nobody keeps a copy. */
import { Forbidden } from '@app/contracts/common-problems'
import { impersonationEnded } from '@app/events/impersonation-ended'
import type { UserActor } from '@app/http/actor'
import { and, eq, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import { recordActivity } from '../activity.ts'
import type { Deps } from '../deps.ts'
import { tellAbout } from '../tell.ts'
import { type ImpersonationRow, impersonations } from './table.ts'

const batch = 50

/** Repeatable. @throws {Forbidden} neither side of it: unknown ones alike. */
export async function stopImpersonation(deps: Deps, actor: UserActor, id: string, requestId: string): Promise<void> {
  const [row] = await deps.app.db.select().from(impersonations).where(eq(impersonations.id, id))
  if (row === undefined || (row.administratorId !== actor.userId && row.userId !== actor.userId)) throw Forbidden()
  const by = row.userId === actor.userId ? 'person' : 'administrator'
  await close(deps, and(eq(impersonations.id, id), isNull(impersonations.closedAt)), by, requestId)
}

/** @returns how many were over */
export async function closeEndedImpersonations(deps: Deps): Promise<number> {
  const over = or(lte(impersonations.endsAt, sql`now()`), and(isNull(impersonations.startedAt), lte(impersonations.answerBy, sql`now()`)))
  const some = sql`${impersonations.id} in (select id from impersonations where closed_at is null and (ends_at <= now() or (started_at is null and answer_by <= now())) limit ${batch})`
  return await close(deps, and(isNull(impersonations.closedAt), over, some), 'time')
}

async function close(
  { app }: Deps,
  which: SQL | undefined,
  by: NonNullable<ImpersonationRow['closedBy']>,
  requestId?: string,
): Promise<number> {
  return await app.db.transaction(async (tx) => {
    const rows = await tx.update(impersonations).set({ closedAt: sql`now()`, closedBy: by }).where(which).returning()
    for (const { id, userId, administratorId, startedAt } of rows) {
      if (startedAt === null) continue
      await recordActivity(tx, { identityId: userId, kind: 'impersonation-ended', detail: { by } })
      const actor = by === 'time' ? null : { kind: 'user', userId: by === 'person' ? userId : administratorId }
      await tellAbout(tx, impersonationEnded, userId, { impersonationId: id, by }, { requestId, actor })
    }
    return rows.length
  })
}
