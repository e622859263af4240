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

/** What a route asks of a session beyond being one. */
export interface Demands {
  /**
   * `proven` takes a person who must do something first, once they have shown every factor that they have: for the routes with which
   * they do it. `any` takes the session of a stolen password too: only to say who it is, and to leave. Default `good`.
   */
  readonly standing?: 'good' | 'proven' | 'any'
  readonly assuranceLevel?: 'aal2'
  /** Signed in at most so long ago; who acts as somebody else cannot be. */
  readonly freshMinutes?: number
  /**
   * What `X-Act-As` does. Default `taken`. `refused`: for what belongs to the person alone. `ignored`: the administrator calls as
   * themselves, for the routes with which acting as somebody ends.
   */
  readonly actAs?: 'taken' | 'refused' | 'ignored'
}

/** A session of two factors: `signedIn(requireAal('aal2'))`. Whoever has one factor gets `second-factor-required`. */
export const requireAal = (assuranceLevel: 'aal2'): Demands => ({ assuranceLevel })

/** Signed in at most `minutes` ago: `signedIn(requireFresh(10))`. Others get `fresh-sign-in-required`. */
export const requireFresh = (minutes: number): Demands => ({ freshMinutes: minutes, actAs: 'refused' })

type Rule<Request> =
  | { readonly kind: 'public' }
  | { readonly kind: 'signedIn'; readonly guests: boolean; readonly demands: Demands }
  | {
      readonly kind: 'permission'
      readonly demands: Demands
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
export function signedIn(...demands: readonly Demands[]): Access<unknown, UserActor, 'public'> {
  return { rule: { kind: 'signedIn', guests: false, demands: joined(demands) } }
}

/** Anybody with a session, guests too. */
export function guestOk(...demands: readonly Demands[]): Access<unknown, UserActor, 'public'> {
  return { rule: { kind: 'signedIn', guests: true, demands: joined(demands) } }
}

/** Whoever Keto allows `permit` on the object that the request names. */
export function permission<N extends PermitNamespace, Request>(
  namespace: N,
  permit: PermitOf<N>,
  objectOf: (request: Request) => string,
  ...demands: readonly Demands[]
): Access<Request, UserActor, 'public'> {
  return { rule: { kind: 'permission', namespace, permit, objectOf, demands: joined(demands) } }
}

function joined(demands: readonly Demands[]): Demands {
  return Object.assign({}, ...demands)
}

/** The named callers with their own secret, on the internal port. */
export function internal(...callers: readonly [string, ...string[]]): Access<unknown, SystemActor, 'internal'> {
  return { rule: { kind: 'internal', callers } }
}
