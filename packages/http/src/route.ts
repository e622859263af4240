/** A route: its contract, who may call it, and the function behind it. */
import type { AnswerInput, BodyOf, Contract, ParamsOf, QueryOf, StatusOf, SuccessStatus } from '@app/contracts/contract'
import { isInternal } from '@app/contracts/contract'
import type { Access, ParsedInput, Port, PortOf } from './access.ts'
import type { ParsedRequest } from './parse-input.ts'

/** What a handler may know of the request beyond its parsed parts. */
export interface RequestFacts {
  /** Goes into events and calls to other services. */
  readonly id: string
  /** W3C trace context, when the caller sent a valid one. */
  readonly traceparent: string | null
  /** The caller's address as nginx saw it. */
  readonly address: string | null
  readonly headers: Headers
  /** The versions that `If-Match` allows; null when there is no condition. */
  readonly ifMatch: readonly number[] | null
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal
}

export interface Input<C extends Contract, A> {
  readonly actor: A
  readonly params: ParamsOf<C>
  readonly query: QueryOf<C>
  readonly body: BodyOf<C>
  readonly request: RequestFacts
}

/** A list becomes a header each: several `Set-Cookie`. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>

/** An answer with a status or headers of its own. Given again, it is sent as it was written the first time: never change its body. */
export class Answer<S extends number, B> {
  readonly status: S
  readonly body: B
  readonly headers: AnswerHeaders

  constructor(status: S, body: B, headers: AnswerHeaders) {
    this.status = status
    this.body = body
    this.headers = headers
  }
}

/** For handlers with several answers, or headers such as `versionHeader(version)`. */
export function answer<const S extends number, const B>(status: S, body: B, headers: AnswerHeaders = {}): Answer<S, B> {
  return new Answer(status, body, headers)
}

// Handlers are inferred as constants, so that `{ accepted: true }` needs no `as const`: literal arrays are read-only then.
type Frozen<T> = T extends readonly (infer E)[]
  ? readonly Frozen<E>[]
  : T extends (...args: never[]) => unknown
    ? T
    : T extends object
      ? { readonly [K in keyof T]: Frozen<T[K]> }
      : T
// biome-ignore lint/suspicious/noConfusingVoidType: a handler of a 204 may end without a return, which types it as void
type OrVoid<T> = undefined extends T ? T | void : T
type IsUnion<T, All = T> = T extends unknown ? ([All] extends [T] ? false : true) : never
type PlainBody<C extends Contract> = IsUnion<SuccessStatus<C>> extends false ? OrVoid<Frozen<AnswerInput<C, SuccessStatus<C>>>> : never

/** The body of the contract's only 2xx answer, or `answer(status, body, headers?)`. */
export type Result<C extends Contract> = PlainBody<C> | { [S in StatusOf<C>]: Answer<S, Frozen<AnswerInput<C, S>>> }[StatusOf<C>]

/** Made by `route`; holds no types any more. */
export interface Route {
  readonly contract: Contract
  readonly access: Access<ParsedRequest, unknown, Port>
  handle(input: Input<Contract, unknown>): unknown
}

/**
 * Ties a contract to a function. The handler's input comes parsed by the contract, its actor follows from the access, and its
 * answer is parsed by the contract before it is sent.
 */
export function route<const C extends Contract, A, const R extends Result<C>>(
  contract: C,
  access: Access<ParsedInput<C>, A, PortOf<C>>,
  handler: (input: Input<C, A>) => R | Promise<R>,
): Route {
  const { kind } = access.rule
  if (isInternal(contract) !== (kind === 'internal')) throw new Error(`${contract.path}: internal paths take internal(…), others do not`)
  return { contract, access, handle: handler }
}

/** The status and body that a handler's result stands for. */
export function resultAnswer(contract: Contract, result: unknown): Answer<number, unknown> {
  if (result instanceof Answer) return result
  const statuses = Object.keys(contract.answers).map(Number)
  const success = statuses.filter((status) => status >= 200 && status < 300)
  const [status] = success
  if (status === undefined || success.length !== 1) throw new Error(`${contract.path}: several 2xx answers, so use answer(status, body)`)
  return new Answer(status, result, {})
}
