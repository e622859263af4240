/**
 * When sessions were last used. Services say so once a minute for all that they saw, so that no request costs a write; what idle time
 * ends is therefore decided a few minutes late, and never early (docs/decisions/0008-idle-sessions.md).
 */
import { and, inArray, lt, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { accountSessions } from '../device-tables.ts'
import { expectChange } from '../pending.ts'
import { endThese } from './end-sessions.ts'

/** A report each minute, one that failed and is repeated, and one minute of dispatch. */
export const reportingMinutes = 3
const idleBatch = 100

export interface Seen {
  readonly sessionId: string
  readonly userId: string
}

export async function noteSeen({ app }: Pick<Deps, 'app'>, seen: readonly Seen[]): Promise<void> {
  const ids = seen.map(({ sessionId }) => sessionId)
  if (ids.length === 0) return
  const known = await app.db.select({ id: accountSessions.id }).from(accountSessions).where(inArray(accountSessions.id, ids))
  await app.db
    .update(accountSessions)
    .set({ lastSeenAt: sql`now()` })
    .where(and(inArray(accountSessions.id, ids), lt(accountSessions.lastSeenAt, sql`now() - interval '50 seconds'`)))
  // From before we kept them, or noticed by nobody: whose they are must be compared.
  const unknown = seen.filter(({ sessionId }) => !known.some(({ id }) => id === sessionId))
  for (const userId of new Set(unknown.map(({ userId: id }) => id))) await expectChange(app.db, 'sessions', userId)
}

/** @returns how many were ended */
export async function endIdleSessions(deps: Deps): Promise<number> {
  const { idleMinutes } = deps.sessionRules
  if (idleMinutes === 0) return 0
  const idle = await deps.system.db
    .select({ id: accountSessions.id, identityId: accountSessions.identityId })
    .from(accountSessions)
    .where(lt(accountSessions.lastSeenAt, sql`now() - make_interval(mins => ${idleMinutes + reportingMinutes})`))
    .limit(idleBatch)
  for (const { id, identityId } of idle) await endThese(deps, [id], { identityId, by: 'idle', origin: { actor: null } })
  return idle.length
}

/** Rows of sessions that ended by their time; nobody is told of those. */
export async function forgetExpiredSessions({ system }: Pick<Deps, 'system'>): Promise<void> {
  await system.db.delete(accountSessions).where(lt(accountSessions.expiresAt, sql`now() - interval '1 hour'`))
}
