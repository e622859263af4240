/** Calls our own services by their contracts: what comes back is parsed, what goes wrong is an {@link ApiError}. */
import { type AnswerOf, addressOf, type BodyInput, type Contract, type ParamsInput, type QueryInput } from '@app/contracts/contract'
import { ProblemDocument } from '@app/contracts/problem'
import type { z } from 'zod'
import { ApiError } from './api-error.ts'
import { isObstacle, reportObstacle } from './standing.ts'
import { offline, troubleOf } from './trouble.ts'

const timeoutMs = 15_000

export interface CallOptions<C extends Contract> {
  readonly params?: ParamsInput<C>
  readonly query?: QueryInput<C>
  readonly body?: BodyInput<C>
  readonly ifMatch?: string
  readonly signal?: AbortSignal
}

/** @throws {ApiError} any answer but the contract's success, or none at all. */
export async function callApi<C extends Contract>(contract: C, options: CallOptions<C> = {}): Promise<AnswerOf<C>> {
  const response = await answerTo(contract, options)
  const text = await response.text()
  const body = parsed(text)
  if (!response.ok) {
    const problem = ProblemDocument.safeParse(body)
    if (problem.success && response.status === 403 && isObstacle(problem.data.code)) reportObstacle(problem.data.code)
    throw new ApiError(response.status, troubleOf(response.status, response.headers, body), problem.data)
  }
  const schema: z.ZodType<AnswerOf<C>> | undefined = Object.entries(contract.answers).find(
    ([status]) => Number(status) === response.status,
  )?.[1] as z.ZodType<AnswerOf<C>> | undefined // The index type of `answers` cannot say which status it is.
  const answer = schema?.safeParse(response.status === 204 ? undefined : body)
  if (!answer?.success) throw new ApiError(response.status, troubleOf(500, response.headers, null))
  return answer.data
}

async function answerTo<C extends Contract>(contract: C, options: CallOptions<C>): Promise<Response> {
  const { params, query, body, ifMatch, signal } = options
  try {
    return await fetch(addressOf(contract, { ...params }, { ...query }), {
      method: contract.method.toUpperCase(),
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError(0, offline) // fetch rejects only when no answer came.
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // An error page of something in between.
  }
}
