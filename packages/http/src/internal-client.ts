/** Calls another service's internal port by its contract. */
import { DependencyDown } from '@app/contracts/common-problems'
import { type AnswerOf, addressOf, type BodyInput, type Contract, type ParamsInput, type QueryInput } from '@app/contracts/contract'
import { ProblemDocument, ProblemError } from '@app/contracts/problem'

const defaultTimeoutMs = 2000

export interface InternalClientOptions {
  readonly baseUrl: string
  /** The first line of the secret: the current one. */
  readonly secret: string
  /** Who calls, for the error's text. */
  readonly caller: string
  /** For the whole call, reading included. Default 2000. */
  readonly timeoutMs?: number
}

type Part<Name extends string, T> = [T] extends [undefined] ? { readonly [K in Name]?: undefined } : { readonly [K in Name]: T }
type OptionalPart<Name extends string, T> = [T] extends [undefined] ? { readonly [K in Name]?: undefined } : { readonly [K in Name]?: T }

interface Trace {
  readonly requestId?: string | undefined
  readonly traceparent?: string | null | undefined
}

export type CallInput<C extends Contract> = Part<'params', ParamsInput<C>> &
  OptionalPart<'query', QueryInput<C>> &
  Part<'body', BodyInput<C>> &
  Trace & { readonly signal?: AbortSignal }

export interface InternalClient {
  /**
   * The contract's 2xx answer.
   *
   * @throws {ProblemError} one that the contract declares, with its code.
   * @throws {DependencyDown} no usable answer: not reachable, too late, 5xx, a refused secret, or not what the contract says.
   */
  call<C extends Contract>(contract: C, input: CallInput<C>): Promise<AnswerOf<C>>
}

export function createInternalClient(options: InternalClientOptions): InternalClient {
  const { baseUrl, timeoutMs = defaultTimeoutMs } = options
  return {
    call: async (contract, input) => {
      const url = new URL(addressOf(contract, input.params ?? {}, input.query ?? {}), baseUrl)
      const deadline = AbortSignal.timeout(timeoutMs)
      const signal = input.signal ? AbortSignal.any([deadline, input.signal]) : deadline
      const request = {
        method: contract.method.toUpperCase(),
        headers: headersOf(options, input),
        body: bodyOf(input),
        redirect: 'error',
        signal,
      } as const
      const { status, text } = await send(url, request, contract).catch((error: unknown) => {
        throw down(options, contract, 'gave no answer', error)
      })
      return read(options, contract, status, text)
    },
  }
}

interface Sent {
  readonly status: number
  readonly text: string
}

/** A GET is sent again when a kept connection turned out to be closed: the other side restarted. */
async function send(url: URL, request: RequestInit, contract: Contract): Promise<Sent> {
  try {
    return await sendOnce(url, request)
  } catch (error) {
    if (contract.method !== 'get' || request.signal?.aborted) throw error
    return sendOnce(url, request)
  }
}

async function sendOnce(url: URL, request: RequestInit): Promise<Sent> {
  const response = await fetch(url, request)
  return { status: response.status, text: await response.text() }
}

function headersOf({ secret }: InternalClientOptions, input: Trace & { readonly body?: unknown }): Record<string, string> {
  return {
    authorization: `Bearer ${secret}`,
    accept: 'application/json',
    ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(input.requestId ? { 'x-request-id': input.requestId } : {}),
    ...(input.traceparent ? { traceparent: input.traceparent } : {}),
  }
}

function bodyOf(input: { readonly body?: unknown }): string | null {
  return input.body === undefined ? null : JSON.stringify(input.body)
}

function read<C extends Contract>(options: InternalClientOptions, contract: C, status: number, text: string): AnswerOf<C> {
  const value = parseJson(text)
  const schema = contract.answers[status]
  if (schema && status < 300) {
    const answer = schema.safeParse(status === 204 ? undefined : value)
    if (answer.success) return answer.data as AnswerOf<C>
    throw down(options, contract, 'broke its contract', answer.error)
  }
  const document = ProblemDocument.safeParse(value)
  const declared = contract.problems?.find(({ code }) => code === document.data?.code)
  if (declared && document.success) throw new ProblemError(declared, document.data.detail, { errors: document.data.errors ?? [] })
  throw down(options, contract, `answered ${status} ${document.data?.code ?? ''}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Refused by every schema, like any other wrong answer.
    return undefined
  }
}

function down({ caller }: InternalClientOptions, contract: Contract, what: string, cause?: unknown): ProblemError {
  const error = new Error(`${contract.method} ${contract.path}, asked by ${caller}, ${what}`, { cause })
  return DependencyDown(undefined, { cause: error })
}
