/** What administrators did to accounts, and why: begun before anything happens, finished after it. */

import type { AdministratorActionKind } from '@app/contracts/people'
import { LastAdministrator, OwnAccount } from '@app/contracts/people'
import type { Transaction } from '@app/db/database'
import { newId } from '@app/db/id'
import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { hasOtherAdministrator } from '../leaving/other-administrators.ts'
import { administratorActions, platformAdministrators } from '../schema.ts'

const shown = 25

export async function beginAction(
  tx: Transaction,
  { identityId, byId, kind, reason }: { identityId: string; byId: string; kind: AdministratorActionKind; reason: string },
): Promise<string> {
  const id = newId()
  await tx.insert(administratorActions).values({ id, identityId, byId, kind, reason })
  return id
}

export async function finishAction(tx: Transaction, id: string): Promise<void> {
  await tx.update(administratorActions).set({ doneAt: sql`now()` }).where(eq(administratorActions.id, id))
}

/** Newest first. */
export async function listActions({ app }: Pick<Deps, 'app'>, identityId: string) {
  const rows = await app.db
    .select()
    .from(administratorActions)
    .where(eq(administratorActions.identityId, identityId))
    .orderBy(desc(administratorActions.id))
    .limit(shown)
  return rows.map(({ id, kind, byId, reason, at, doneAt }) => ({
    id,
    kind,
    byId,
    reason,
    at: at.toISOString(),
    doneAt: doneAt?.toISOString() ?? null,
  }))
}

/** For somebody who is gone. */
export async function forgetActions(tx: Transaction, identityId: string): Promise<void> {
  await tx.delete(administratorActions).where(eq(administratorActions.identityId, identityId))
}

/** @throws {OwnAccount} a mistake here would lock out the one who makes it. */
export function refuseSelf(identityId: string, byId: string): void {
  if (identityId === byId) throw OwnAccount()
}

/**
 * Notes that an administrator is about to be deactivated. Of two who deactivate each other the second sees what the first has done.
 *
 * @throws {LastAdministrator} nobody else could sign in and administer.
 */
export async function suspendAdministrator(tx: Transaction, identityId: string): Promise<void> {
  const [own] = await tx
    .select({ userId: platformAdministrators.userId })
    .from(platformAdministrators)
    .where(and(eq(platformAdministrators.userId, identityId), isNull(platformAdministrators.revokingAt)))
  if (own === undefined) return
  if (!(await hasOtherAdministrator(tx, identityId))) throw LastAdministrator()
  await tx
    .update(platformAdministrators)
    .set({ suspendedAt: sql`now()` })
    .where(and(eq(platformAdministrators.userId, identityId), isNull(platformAdministrators.suspendedAt)))
}

export async function restoreAdministrator(tx: Transaction, identityId: string): Promise<void> {
  await tx.update(platformAdministrators).set({ suspendedAt: null }).where(eq(platformAdministrators.userId, identityId))
}
