/** An administrator who acts as somebody else says so with each request: by header, or by a cookie for browsers. */
import { ImpersonationEnded, ImpersonationRefused } from '@app/contracts/common-problems'
import { readCookie } from '@app/ory/credentials'
import type { Session } from '@app/ory/session'
import type { Demands } from './access.ts'
import type { UserActor } from './actor.ts'

/** Answers impersonations; only identity knows them, other services ask it. */
export interface ActAs {
  /**
   * What the person's own session would say, with the administrator's session id; null when the impersonation is unknown, ended, or
   * not bound to this session. An outage is a 503 problem.
   */
  readonly find: (impersonationId: string, administrator: Session) => Promise<Session | null>
}

export const actAsCookie = 'vst_act_as'
const impersonationIdPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The header counts alone; null when the request speaks for the caller. */
function claimOf(headers: Headers): string | null {
  const header = headers.get('x-act-as')
  if (header !== null) return header
  const cookie = headers.get('cookie')
  return cookie === null ? null : (readCookie(cookie, actAsCookie) ?? null)
}

/**
 * The actor that a request speaks for. Who claims to act as somebody is never answered as themselves instead.
 *
 * @throws {ImpersonationEnded} it is unknown, has ended, or this service knows of none. @throws {ImpersonationRefused}
 */
export async function actorBehind(session: Session, headers: Headers, demands: Demands, actAs: ActAs | undefined): Promise<UserActor> {
  const own: UserActor = { kind: 'user', userId: session.userId, sessionId: session.id, session }
  const claim = demands.actAs === 'ignored' ? null : claimOf(headers)
  if (claim === null) return own
  const person = impersonationIdPattern.test(claim) ? ((await actAs?.find(claim, session)) ?? null) : null
  if (person === null || person.userId === session.userId) throw ImpersonationEnded()
  if (demands.actAs === 'refused') throw ImpersonationRefused()
  return { ...own, userId: person.userId, session: person, actedById: session.userId, impersonationId: claim }
}
