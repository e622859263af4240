/**
 * Kratos' live sessions of an identity, compared with what we have written down: what is new was a sign-in, what is gone has ended.
 * Asked twice, it tells once.
 */

import { sessionEnded } from '@app/events/session-ended'
import { and, eq, inArray } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { accountSessions } from '../device-tables.ts'
import { sessionPageSize } from '../kratos-admin.ts'
import type { Origin } from '../origin.ts'
import { type TellingOrigin, tellAbout } from '../tell.ts'
import type { KratosSession } from './kratos-session.ts'
import { recordSignIn } from './record-sign-in.ts'

/** What the guard knows of a session that has just begun. */
export interface Begun {
  readonly sessionId: string
  readonly deviceId: string | null
  readonly native: boolean
}

const maxAsked = 100

/** @throws {IdentityServiceDown} @throws {DatabaseDown} */
export async function syncSessions(deps: Deps, identityId: string, begun: Begun | null, origin: Origin): Promise<KratosSession[]> {
  // Rows first: one that Kratos does not name afterwards is gone, and not merely younger than its answer.
  const rows = await deps.app.db.select().from(accountSessions).where(eq(accountSessions.identityId, identityId))
  const known = new Set(rows.map(({ id }) => id))
  const live = await deps.kratos.listSessions(identityId)
  for (const session of live) {
    const isBegun = session.id === begun?.sessionId
    if (!isBegun && known.has(session.id)) continue
    const { deviceId, native } = isBegun ? begun : { deviceId: null, native: false }
    await recordSignIn(deps, { identityId, session, deviceId, native }, origin)
  }
  const liveIds = new Set(live.map(({ id }) => id))
  const unnamed = rows.filter(({ id }) => !liveIds.has(id)).map(({ id }) => id)
  await forgetSessions(deps, identityId, await onlyGone(deps, unnamed, live.length), 'person', origin)
  return live
}

/** Between two pages of a list, a live one may slip past both: those are asked for one by one, a few at a time, the others next time. */
async function onlyGone({ kratos }: Deps, ids: readonly string[], listed: number): Promise<readonly string[]> {
  if (listed < sessionPageSize) return ids
  const gone: string[] = []
  for (const id of ids.slice(0, maxAsked)) if (!(await kratos.isSessionLive(id))) gone.push(id)
  return gone
}

export type EndedBy = 'person' | 'administrator' | 'idle' | 'limit'

/** Takes the rows away and tells of those that ended before their time. @returns how many those were */
export async function forgetSessions(
  { app, clock }: Pick<Deps, 'app' | 'clock'>,
  identityId: string,
  ids: readonly string[],
  by: EndedBy,
  origin: TellingOrigin,
): Promise<number> {
  if (ids.length === 0) return 0
  return await app.db.transaction(async (tx) => {
    const gone = await tx
      .delete(accountSessions)
      .where(and(eq(accountSessions.identityId, identityId), inArray(accountSessions.id, [...ids])))
      .returning({ id: accountSessions.id, expiresAt: accountSessions.expiresAt })
    const early = gone.filter(({ expiresAt }) => expiresAt > clock())
    for (const { id } of early) await tellAbout(tx, sessionEnded, identityId, { sessionId: id, by }, origin)
    return early.length
  })
}
