/** On how many apps a person may be signed in at a time. */
import { TooManySessions } from '@app/contracts/sessions'
import { and, asc, eq, ne } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { accountSessions } from '../device-tables.ts'
import type { Origin } from '../origin.ts'
import { endThese } from './end-sessions.ts'
import { type Begun, syncSessions } from './sync-sessions.ts'

const waitMs = 5_000

/**
 * Writes a session of an app down, one at a time per person, so that two who sign in at once do not both pass.
 *
 * @throws {TooManySessions} the new session has ended again. @throws {IdentityServiceDown} @throws {DatabaseDown}
 */
export async function admitNative(deps: Deps, identityId: string, begun: Begun, origin: Origin): Promise<void> {
  const { maxNative, nativeLimit } = deps.sessionRules
  const admitted = await deps.locks.hold(`native-sessions:${identityId}`, waitMs, async () => {
    await syncSessions(deps, identityId, begun, origin)
    const ofApps = and(
      eq(accountSessions.identityId, identityId),
      eq(accountSessions.native, true),
      ne(accountSessions.id, begun.sessionId),
    )
    const others = await deps.app.db
      .select({ id: accountSessions.id })
      .from(accountSessions)
      .where(ofApps)
      .orderBy(asc(accountSessions.signedInAt))
    const surplus = others.slice(0, Math.max(0, others.length + 1 - maxNative)).map(({ id }) => id)
    if (surplus.length === 0) return true
    const ending = { identityId, by: 'limit', origin } as const
    await endThese(deps, nativeLimit === 'refuse' ? [begun.sessionId] : surplus, ending)
    return nativeLimit === 'end-oldest'
  })
  if (admitted === true) return
  // Too many at once: the token is not handed out, so its session must not stay.
  if (admitted === null) await endThese(deps, [begun.sessionId], { identityId, by: 'limit', origin })
  throw TooManySessions()
}
