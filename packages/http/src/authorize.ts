/** From a request to the actor that a route's access asks for. */
import { CallerUnknown, Forbidden, NotSignedIn } from '@app/contracts/common-problems'
import type { Contract } from '@app/contracts/contract'
import type { PermissionChecker } from '@app/ory/permissions'
import type { SessionReader } from '@app/ory/session'
import type { Access, Port } from './access.ts'
import type { Actor, UserActor } from './actor.ts'
import { checkOrigin } from './origin-check.ts'
import type { ParsedRequest } from './parse-input.ts'

export interface Gatekeepers {
  readonly sessions: Pick<SessionReader, 'findSession'>
  readonly permissions: Pick<PermissionChecker, 'isAllowed'>
  readonly findCaller: (authorization: string | null) => string | null
  readonly publicOrigin: string
}

type AnyAccess = Access<ParsedRequest, unknown, Port>

/**
 * Who is calling, before anything else of the request is looked at.
 *
 * @throws {NotSignedIn} @throws {CallerUnknown} @throws {Forbidden} @throws {CrossOrigin} and the 503 problems of Kratos.
 */
export async function findActor(access: AnyAccess, request: Request, keepers: Gatekeepers): Promise<Actor | null> {
  const { rule } = access
  if (rule.kind === 'internal') {
    const caller = keepers.findCaller(request.headers.get('authorization'))
    if (caller === null) throw CallerUnknown()
    if (!rule.callers.includes(caller)) throw Forbidden()
    return { kind: 'system', caller }
  }
  const sessionToken = tokenOf(request.headers)
  checkOrigin(request, keepers.publicOrigin, sessionToken !== null)
  if (rule.kind === 'public') return null
  const actor = await findUser(request.headers, sessionToken, keepers.sessions)
  if (actor.session.schemaId === 'guest' && !(rule.kind === 'signedIn' && rule.guests)) throw Forbidden()
  return actor
}

async function findUser(headers: Headers, sessionToken: string | null, sessions: Gatekeepers['sessions']): Promise<UserActor> {
  const cookie = headers.get('cookie')
  // A token says itself who is calling; a cookie beside it must not decide.
  const credentials = sessionToken === null ? (cookie === null ? null : { cookie }) : { sessionToken }
  const session = credentials ? await sessions.findSession(credentials) : null
  if (session?.identityState !== 'active') throw NotSignedIn()
  return { kind: 'user', userId: session.userId, sessionId: session.id, session }
}

function tokenOf(headers: Headers): string | null {
  const own = headers.get('x-session-token')
  if (own !== null) return own
  return /^Bearer (\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null
}

/** @throws {Forbidden} Keto said no, and the 503 problems of Keto. */
export async function checkPermission(
  contract: Contract,
  access: AnyAccess,
  actor: Actor | null,
  input: ParsedRequest,
  keepers: Gatekeepers,
): Promise<void> {
  const { rule } = access
  if (rule.kind !== 'permission') return
  if (actor?.kind !== 'user') throw new Error(`${contract.path}: a permission is asked for a user`)
  const object = rule.objectOf(input)
  if (object === '') throw new Error(`${contract.path}: the permission names no object`)
  if (!(await keepers.permissions.isAllowed(rule.namespace, object, rule.permit, actor.userId))) throw Forbidden()
}
