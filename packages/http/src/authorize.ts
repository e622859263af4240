/** From a request to the actor that a route's access asks for. */
import { CallerUnknown, Forbidden, NotSignedIn } from '@app/contracts/common-problems'
import type { Contract } from '@app/contracts/contract'
import type { PermissionChecker } from '@app/ory/permissions'
import type { Session, SessionReader } from '@app/ory/session'
import type { Access, Port } from './access.ts'
import { type ActAs, actorBehind } from './act-as.ts'
import type { Actor, UserActor } from './actor.ts'
import { checkOrigin, type Origins } from './origin-check.ts'
import type { ParsedRequest } from './parse-input.ts'
import { type StandingRules, shortfallOf } from './standing.ts'

export interface Gatekeepers extends Origins {
  readonly sessions: Pick<SessionReader, 'findSession'>
  readonly permissions: Pick<PermissionChecker, 'isAllowed'>
  readonly findCaller: (authorization: string | null) => string | null
  readonly standing: StandingRules
  /** Without it nobody acts as somebody else: whoever claims to gets `impersonation-ended`. */
  readonly actAs?: ActAs
}

type AnyAccess = Access<ParsedRequest, unknown, Port>

/**
 * Who is calling, before anything else of the request is looked at.
 *
 * @throws {NotSignedIn} @throws {CallerUnknown} @throws {Forbidden} @throws {CrossOrigin} the problems of a session's standing, those
 * of acting as somebody, and the 503 problems of Kratos.
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
  checkOrigin(request, keepers, sessionToken !== null)
  if (rule.kind === 'public') return null
  return findUser(rule, request.headers, sessionToken, keepers)
}

type UserRule = Extract<AnyAccess['rule'], { readonly kind: 'signedIn' | 'permission' }>

async function findUser(rule: UserRule, headers: Headers, sessionToken: string | null, keepers: Gatekeepers): Promise<UserActor> {
  const { demands } = rule
  const cookie = headers.get('cookie')
  // A token says itself who is calling; a cookie beside it must not decide.
  const credentials = sessionToken === null ? (cookie === null ? null : { cookie }) : { sessionToken }
  if (credentials === null) throw NotSignedIn()
  const kept = liveSession(await keepers.sessions.findSession(credentials))
  // What is kept of a session may be older than what the person has done since: it allows, but never refuses.
  const session =
    refusalOf(rule, kept, keepers) === null ? kept : liveSession(await keepers.sessions.findSession(credentials, { fresh: true }))
  const refusal = refusalOf(rule, session, keepers)
  if (refusal !== null) throw refusal
  return actorBehind(session, headers, demands, keepers.actAs)
}

function liveSession(session: Session | null): Session {
  if (session?.identityState !== 'active') throw NotSignedIn()
  return session
}

function refusalOf(rule: UserRule, session: Session, { standing }: Gatekeepers): Error | null {
  if (session.schemaId === 'guest' && !(rule.kind === 'signedIn' && rule.guests)) return Forbidden()
  return shortfallOf(session, rule.demands, standing)
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
