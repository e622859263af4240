/** Asking a person to let an administrator act as them, and the person's answer. Postgres decides the races, by its own clock. */
import { Forbidden } from '@app/contracts/common-problems'
import { CannotActAs, ImpersonationOpen, ImpersonationOver } from '@app/contracts/impersonations'
import { IdentityNotFound } from '@app/contracts/internal-identity'
import type { Transaction } from '@app/db/database'
import { isUniqueViolation } from '@app/db/errors'
import { newId } from '@app/db/id'
import { impersonationStarted } from '@app/events/impersonation-started'
import type { UserActor } from '@app/http/actor'
import { and, eq, gt, isNull, lte, sql } from 'drizzle-orm'
import { recordActivity } from '../activity.ts'
import type { Deps } from '../deps.ts'
import { platformAdministrators } from '../schema.ts'
import { tellAbout } from '../tell.ts'
import { type ImpersonationRow, impersonations } from './table.ts'

const answerMinutes = 60

export interface ImpersonationRequest {
  readonly userId: string
  readonly reason: string
  readonly minutes: number
}

/** @throws {IdentityNotFound} @throws {CannotActAs} @throws {ImpersonationOpen} */
export async function requestImpersonation(
  deps: Deps,
  actor: UserActor,
  asked: ImpersonationRequest,
  requestId: string,
): Promise<ImpersonationRow> {
  const identity = await deps.kratos.getIdentity(asked.userId)
  if (identity === null) throw IdentityNotFound()
  if (asked.userId === actor.userId || identity.state !== 'active' || identity.schema_id === 'guest') throw CannotActAs()
  const consent = deps.sessionRules.impersonationConsent
  try {
    return await deps.app.db.transaction(async (tx) => {
      if (await isAdministrator(tx, asked.userId)) throw CannotActAs()
      await closeOverdue(tx, actor.userId, asked.userId)
      const [row] = await tx
        .insert(impersonations)
        .values({
          id: newId(),
          administratorId: actor.userId,
          sessionId: actor.sessionId,
          ...asked,
          consent,
          answerBy: sql`now() + make_interval(mins => ${answerMinutes})`,
        })
        .returning()
      if (row === undefined) throw new Error('The request was not stored')
      await recordActivity(tx, {
        identityId: row.userId,
        kind: 'impersonation-requested',
        detail: { reason: row.reason, minutes: row.minutes },
      })
      return consent === 'waived' ? await start(tx, row.id, requestId) : row
    })
  } catch (error) {
    if (isUniqueViolation(error, 'impersonations_open')) throw ImpersonationOpen(undefined, { cause: error })
    throw error
  }
}

/** @throws {Forbidden} no request about this person. @throws {ImpersonationOver} */
export async function acceptImpersonation(deps: Deps, actor: UserActor, id: string, requestId: string): Promise<ImpersonationRow> {
  await findOwn(deps, actor, id)
  return await deps.app.db.transaction(async (tx) => {
    // Who has become an administrator since can no longer be acted as.
    if (await isAdministrator(tx, actor.userId)) throw CannotActAs()
    const started = await start(tx, id, requestId)
    await recordActivity(tx, { identityId: actor.userId, kind: 'impersonation-accepted', sessionId: actor.sessionId })
    return started
  })
}

/** @throws {Forbidden} @throws {ImpersonationOver} */
export async function declineImpersonation(deps: Deps, actor: UserActor, id: string): Promise<ImpersonationRow> {
  await findOwn(deps, actor, id)
  return await deps.app.db.transaction(async (tx) => {
    const [row] = await tx.update(impersonations).set({ closedAt: sql`now()`, closedBy: 'person' }).where(stillAsked(id)).returning()
    if (row === undefined) throw ImpersonationOver()
    await recordActivity(tx, { identityId: actor.userId, kind: 'impersonation-declined', sessionId: actor.sessionId })
    return row
  })
}

async function findOwn({ app }: Deps, actor: UserActor, id: string): Promise<void> {
  const [row] = await app.db
    .select({ id: impersonations.id })
    .from(impersonations)
    .where(and(eq(impersonations.id, id), eq(impersonations.userId, actor.userId)))
  if (row === undefined) throw Forbidden()
}

/** One statement decides: of an answer and a withdrawal at once, or two answers, one counts. */
async function start(tx: Transaction, id: string, requestId: string): Promise<ImpersonationRow> {
  const [row] = await tx
    .update(impersonations)
    .set({ startedAt: sql`now()`, endsAt: sql`now() + make_interval(mins => ${impersonations.minutes})` })
    .where(stillAsked(id))
    .returning()
  if (row === undefined) throw ImpersonationOver()
  const { userId, administratorId, minutes, consent } = row
  await recordActivity(tx, { identityId: userId, kind: 'impersonation-started', detail: { minutes, consent } })
  const actor = { kind: 'user', userId: administratorId }
  await tellAbout(tx, impersonationStarted, userId, { impersonationId: id, minutes, consent }, { requestId, actor })
  return row
}

const stillAsked = (id: string) =>
  and(eq(impersonations.id, id), isNull(impersonations.startedAt), isNull(impersonations.closedAt), gt(impersonations.answerBy, sql`now()`))

/** So that what nobody answered, or what has run out, is not in the way. */
async function closeOverdue(tx: Transaction, administratorId: string, userId: string): Promise<void> {
  await tx
    .update(impersonations)
    .set({ closedAt: sql`now()`, closedBy: 'time' })
    .where(
      and(
        eq(impersonations.administratorId, administratorId),
        eq(impersonations.userId, userId),
        isNull(impersonations.closedAt),
        isNull(impersonations.startedAt),
        lte(impersonations.answerBy, sql`now()`),
      ),
    )
}

export async function isAdministrator(tx: Pick<Transaction, 'select'>, userId: string): Promise<boolean> {
  const rows = await tx
    .select({ userId: platformAdministrators.userId })
    .from(platformAdministrators)
    .where(and(eq(platformAdministrators.userId, userId), isNull(platformAdministrators.revokingAt)))
  return rows.length > 0
}
