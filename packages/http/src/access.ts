/** Who may call a route. A route does not compile without one of these. */
import type { BodyOf, Contract, ParamsOf, QueryOf } from '@app/contracts/contract'
import type { PermitNamespace, PermitOf } from '@app/ory/model'
import type { SystemActor, UserActor } from './actor.ts'

/** The parsed input, from which a permission names its object. */
export interface ParsedInput<C extends Contract> {
  readonly params: ParamsOf<C>
  readonly query: QueryOf<C>
  readonly body: BodyOf<C>
}

type Rule<Request> =
  | { readonly kind: 'public' }
  | { readonly kind: 'signedIn'; readonly guests: boolean }
  | {
      readonly kind: 'permission'
      readonly namespace: PermitNamespace
      readonly permit: PermitOf<PermitNamespace>
      objectOf(request: Request): string
    }
  | { readonly kind: 'internal'; readonly callers: readonly string[] }

export type Port = 'public' | 'internal'

export interface Access<Request, A, P extends Port> {
  readonly rule: Rule<Request>
  /** Only for the compiler: the actor that the handler gets, and the port that the route belongs on. */
  readonly types?: { readonly actor: A; readonly port: P }
}

/** A contract whose path starts with `/internal/` takes only `internal(…)`, and the other way round. */
export type PortOf<C extends Contract> = C['path'] extends `/internal/${string}` ? 'internal' : 'public'

/** Anybody, signed in or not; the handler gets no actor. */
export function publicRoute(): Access<unknown, null, 'public'> {
  return { rule: { kind: 'public' } }
}

/** Anybody with a session of a person; guests are refused. */
export function signedIn(): Access<unknown, UserActor, 'public'> {
  return { rule: { kind: 'signedIn', guests: false } }
}

/** Anybody with a session, guests too. */
export function guestOk(): Access<unknown, UserActor, 'public'> {
  return { rule: { kind: 'signedIn', guests: true } }
}

/** Whoever Keto allows `permit` on the object that the request names. */
export function permission<N extends PermitNamespace, Request>(
  namespace: N,
  permit: PermitOf<N>,
  objectOf: (request: Request) => string,
): Access<Request, UserActor, 'public'> {
  return { rule: { kind: 'permission', namespace, permit, objectOf } }
}

/** The named callers with their own secret, on the internal port. */
export function internal(...callers: readonly [string, ...string[]]): Access<unknown, SystemActor, 'internal'> {
  return { rule: { kind: 'internal', callers } }
}
