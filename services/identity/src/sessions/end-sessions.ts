/** Ends sessions: in Kratos, then everywhere by a revocation, then in what we have written down; only then it is answered. */
import { Forbidden, IdentityServiceDown } from '@app/contracts/common-problems'
import { sessionEnded } from '@app/events/session-ended'
import { eq } from 'drizzle-orm'
import { recordActivity } from '../activity.ts'
import type { Deps } from '../deps.ts'
import { accountSessions } from '../device-tables.ts'
import { expectChange } from '../pending.ts'
import { type TellingOrigin, tellAbout } from '../tell.ts'
import { type EndedBy, forgetSessions, syncSessions } from './sync-sessions.ts'

export interface Ending {
  readonly identityId: string
  readonly by: EndedBy
  /** What an administrator did, when the end of sessions only follows from it. */
  readonly because?: 'deactivated' | 'factors-reset'
  readonly origin: TellingOrigin
}

/** Somebody who signs in while the others are ended is found by another look. */
const rounds = 3

/**
 * One session of this identity. When two end it at once it is told once, and whoever came too late hears that there is none.
 *
 * @throws {Forbidden} the identity has no such live session: unknown, foreign and ended ones alike.
 * @throws {IdentityServiceDown} @throws {DatabaseDown} repeat it.
 */
export async function endOneSession(deps: Deps, sessionId: string, ending: Ending): Promise<void> {
  const live = await syncSessions(deps, ending.identityId, null, ending.origin)
  if (!live.some(({ id }) => id === sessionId)) throw Forbidden()
  await endThese(deps, [sessionId], ending)
}

/**
 * All but one.
 *
 * @returns how many there were
 * @throws {IdentityServiceDown} @throws {DatabaseDown} some may live on: repeat it.
 */
export async function endOtherSessions(deps: Deps, keptId: string, ending: Ending): Promise<number> {
  const ended = new Set<string>()
  for (let round = 0; round < rounds; round += 1) {
    const others = (await syncSessions(deps, ending.identityId, null, ending.origin)).map(({ id }) => id).filter((id) => id !== keptId)
    if (others.length === 0) return ended.size
    await endThese(deps, others, ending)
    for (const id of others) ended.add(id)
  }
  const left = (await deps.kratos.listSessions(ending.identityId)).some(({ id }) => id !== keptId)
  if (left) throw IdentityServiceDown(undefined, { cause: new Error('Sessions are left, or begin as fast as they are ended') })
  return ended.size
}

/** @returns how many there were */
export async function endAllSessions(deps: Deps, { identityId, by, because, origin }: Ending): Promise<number> {
  const live = await deps.kratos.listSessions(identityId)
  await expectChange(deps.app.db, 'sessions', identityId)
  await cutSessions(deps, identityId)
  await deps.app.db.transaction(async (tx) => {
    const known = await tx.delete(accountSessions).where(eq(accountSessions.identityId, identityId)).returning({ id: accountSessions.id })
    if (live.length + known.length === 0) return
    await tellAbout(tx, sessionEnded, identityId, { sessionId: 'all', by, ...(because ? { because } : {}) }, origin)
    // What it follows from is an activity of its own.
    if (because === undefined) await recordActivity(tx, { identityId, kind: 'sessions-ended', detail: { by, count: live.length } })
  })
  return live.length
}

/** In Kratos, then everywhere; nothing is told. Published also when the end in Kratos is not sure: a cache that forgets asks again. */
export async function cutSessions({ kratos, revocations }: Pick<Deps, 'kratos' | 'revocations'>, identityId: string): Promise<void> {
  try {
    await kratos.deleteSessions(identityId)
  } finally {
    await revocations.publish({ scope: 'identity', id: identityId })
  }
}

/** By ourselves, not by a person: says who and why with `by`. */
export async function endThese(deps: Deps, ids: readonly string[], { identityId, by, origin }: Ending): Promise<void> {
  // Killed after Kratos has ended them, the next comparison tells it.
  await expectChange(deps.app.db, 'sessions', identityId)
  for (const id of ids) {
    await deps.kratos.endSession(id)
    await deps.revocations.publish({ scope: 'session', id })
  }
  const told = await forgetSessions(deps, identityId, ids, by, origin)
  if (told === 0) return
  await deps.app.db.transaction((tx) => recordActivity(tx, { identityId, kind: 'sessions-ended', detail: { by, count: told } }))
}
