/** Where a person is signed in. Kratos says which sessions live; what it does not keep comes from our rows. */
import type { SessionEntry } from '@app/contracts/sessions'
import { eq } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { accountSessions } from '../device-tables.ts'
import type { Origin } from '../origin.ts'
import { describeUserAgent } from '../user-agent.ts'
import { methodOf, placeOf } from './kratos-session.ts'
import { syncSessions } from './sync-sessions.ts'

const maxListed = 250

/** Newest first. @throws {IdentityServiceDown} @throws {DatabaseDown} */
export async function listSessions(deps: Deps, identityId: string, currentId: string | null, origin: Origin): Promise<SessionEntry[]> {
  const live = await syncSessions(deps, identityId, null, origin)
  const rows = await deps.app.db.select().from(accountSessions).where(eq(accountSessions.identityId, identityId))
  const known = new Map(rows.map((row) => [row.id, row]))
  return live
    .map((session) => {
      const row = known.get(session.id)
      const { address, userAgent } = placeOf(session)
      return {
        id: session.id,
        current: session.id === currentId,
        native: row?.native ?? false,
        deviceId: row?.deviceId ?? null,
        ...describeUserAgent(userAgent),
        address,
        method: methodOf(session),
        assuranceLevel: session.authenticator_assurance_level,
        signedInAt: (row?.signedInAt ?? session.authenticated_at).toISOString(),
        lastSeenAt: (session.id === currentId ? deps.clock() : (row?.lastSeenAt ?? session.authenticated_at)).toISOString(),
        expiresAt: session.expires_at.toISOString(),
      }
    })
    .sort((a, b) => (a.signedInAt < b.signedInAt ? 1 : -1))
    .slice(0, maxListed)
}
