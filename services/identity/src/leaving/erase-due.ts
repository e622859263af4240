/** Deletes accounts whose time for second thoughts is over. Every step can be repeated, so a killed process costs a minute. */
import { and, asc, eq, isNotNull, isNull, lte, or, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { isEmailVerified, textTrait } from '../kratos-identity.ts'
import { syncIdentity } from '../sync.ts'
import { findBlockers } from './blockers.ts'
import { deletions } from './tables.ts'

const batch = 50

/** @returns how many were looked at; a full batch means that more may be due */
export async function eraseDue(deps: Deps, signal: AbortSignal): Promise<number> {
  const due = await deps.system.db
    .select({ identityId: deletions.identityId })
    .from(deletions)
    .where(or(isNotNull(deletions.erasingAt), lte(deletions.dueAt, sql`now()`)))
    .orderBy(asc(deletions.dueAt))
    .limit(batch)
  const failures: unknown[] = []
  for (const { identityId } of due) {
    if (signal.aborted) break
    // One who cannot be deleted must not keep the others waiting.
    await deps.locks.hold(`erase:${identityId}`, 0, () => erase(deps, identityId)).catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Some accounts could not be deleted yet')
  return due.length
}

export async function eraseAllDue(deps: Deps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await eraseDue(deps, signal)) === batch) {
    // The rest is next.
  }
}

async function erase(deps: Deps, identityId: string): Promise<void> {
  if (!(await beginErasing(deps, identityId))) return
  // Whom nobody was told about could not be told to be gone.
  await syncIdentity(deps, identityId)
  await noteFarewell(deps, identityId)
  await deps.kratos.deleteIdentity(identityId)
  await deps.revocations.publish({ scope: 'identity', id: identityId })
  await syncIdentity(deps, identityId)
  await deps.system.db.delete(deletions).where(eq(deletions.identityId, identityId))
}

/** The last moment at which somebody knows the address. Nobody writes to one that was never proven: it may be a stranger's. */
async function noteFarewell({ kratos, system }: Deps, identityId: string): Promise<void> {
  const identity = await kratos.getIdentity(identityId)
  const recipient = identity && textTrait(identity, 'email')
  if (identity === null || recipient === null || !isEmailVerified(identity)) return
  const farewell = { recipient, locale: identity.traits['locale'] === 'nl' ? 'nl' : 'en' } as const
  await system.db.update(deletions).set({ farewell }).where(eq(deletions.identityId, identityId))
}

/** From the yes on there is no way back. Whoever became indispensable meanwhile stays for another day. */
async function beginErasing({ system, log }: Deps, identityId: string): Promise<boolean> {
  return await system.db.transaction(async (tx) => {
    const due = and(eq(deletions.identityId, identityId), or(isNotNull(deletions.erasingAt), lte(deletions.dueAt, sql`now()`)))
    const [row] = await tx.select().from(deletions).where(due).for('update')
    if (row === undefined) return false
    if (row.erasingAt !== null) return true
    const blockers = await findBlockers(tx, identityId)
    if (blockers.length > 0) {
      log.warn({ identityId, blockers }, 'an account is due to be deleted and cannot be yet')
      await tx.update(deletions).set({ dueAt: sql`now() + interval '1 day'` }).where(due)
      return false
    }
    await tx
      .update(deletions)
      .set({ erasingAt: sql`now()` })
      .where(and(eq(deletions.identityId, identityId), isNull(deletions.erasingAt)))
    return true
  })
}
