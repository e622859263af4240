/** What happened to an account: written with the change itself, shown to the person and to administrators, kept for a while. */
import { ActivityDetail, type ActivityKind, type ActivityView, type listActivity as listActivityContract } from '@app/contracts/activity'
import type { QueryOf } from '@app/contracts/contract'
import { decodeCursor, encodeCursor } from '@app/db/cursor'
import type { Transaction } from '@app/db/database'
import { newId } from '@app/db/id'
import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Deps } from './deps.ts'
import { type ActivityRow, accountActivity } from './device-tables.ts'
import { describeUserAgent } from './user-agent.ts'

export interface Activity {
  readonly identityId: string
  readonly kind: ActivityKind
  readonly sessionId?: string | null
  /** Of the person; not of an administrator who did it. */
  readonly address?: string | null
  readonly userAgent?: string | null
  readonly detail?: ActivityDetail
}

const pruneBatch = 1_000

/** @throws {z.ZodError} the detail is more than impersonal state. */
export async function recordActivity(tx: Transaction, activity: Activity): Promise<void> {
  const { identityId, kind, sessionId = null, address = null, userAgent = null, detail = {} } = activity
  await tx.insert(accountActivity).values({
    id: newId(),
    identityId,
    kind,
    sessionId,
    address: address?.slice(0, 200) ?? null,
    userAgent: userAgent?.slice(0, 500) ?? null,
    detail: ActivityDetail.parse(detail),
  })
}

/** Newest first. @throws {InvalidRequest} the cursor is not one of this list. */
export async function listActivity(
  { app }: Pick<Deps, 'app'>,
  identityId: string,
  { limit, cursor }: QueryOf<typeof listActivityContract>,
) {
  const before = cursor === undefined ? null : decodeCursor(z.uuid(), cursor)
  const rows = await app.db
    .select()
    .from(accountActivity)
    .where(and(eq(accountActivity.identityId, identityId), before === null ? undefined : lt(accountActivity.id, before)))
    .orderBy(desc(accountActivity.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { items: page.map(viewOf), nextCursor: last && rows.length > page.length ? encodeCursor(last.id) : null }
}

/** For somebody who is gone. */
export async function forgetActivity(tx: Transaction, identityId: string): Promise<void> {
  await tx.delete(accountActivity).where(eq(accountActivity.identityId, identityId))
}

/** A batch of what is older than `days`. @returns how many went; fewer than a batch means that no more are due */
export async function pruneActivity({ system }: Pick<Deps, 'system'>, days: number): Promise<number> {
  const old = system.db
    .select({ id: accountActivity.id })
    .from(accountActivity)
    .where(lt(accountActivity.at, sql`now() - make_interval(days => ${days})`))
    .limit(pruneBatch)
  const gone = await system.db.delete(accountActivity).where(inArray(accountActivity.id, old)).returning({ id: accountActivity.id })
  return gone.length
}

function viewOf({ id, kind, at, sessionId, address, userAgent, detail }: ActivityRow): ActivityView {
  return { id, kind, at: at.toISOString(), sessionId, address, ...describeUserAgent(userAgent), detail }
}
