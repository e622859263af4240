/**
 * Keto's batch check, also for one question: it is the only one of its checks that reports an unknown namespace as an
 * error. The single one answers `allowed: false`, so that an emptied model would read as a refusal until somebody notices.
 */
import { z } from 'zod'
import { type Caller, jsonOf } from './http-call.ts'

export interface CheckItem {
  readonly namespace: string
  readonly object: string
  readonly relation: string
  readonly subject_set: { readonly namespace: string; readonly object: string; readonly relation: string }
}

/** `unknown-name`: Keto's model lacks a namespace, relation or permit on the way. `failed`: it could not tell. */
export type CheckOutcome =
  | { readonly outcome: 'allowed' | 'denied' }
  | { readonly outcome: 'unknown-name' | 'failed'; readonly reason: string }

const BatchAnswer = z.object({ results: z.array(z.object({ allowed: z.boolean(), error: z.string().nullish() })) })

/** Texts of herodot's ErrBadRequest and ErrNotFound, which Keto gives in items for a missing relation and a missing namespace. */
const unknownName = ['The request was malformed or contained invalid parameters', 'The requested resource could not be found']

/** `limit.max_batch_check_size` of our keto.yml. */
const largestBatch = 100

/** One outcome per item, in order. Rejects when Keto gives no usable answer in time. */
export async function askBatch(
  caller: Caller,
  items: readonly CheckItem[],
  options: { readonly timeoutMs: number; readonly maxDepth?: number },
): Promise<CheckOutcome[]> {
  const endsAt = performance.now() + options.timeoutMs
  const outcomes: CheckOutcome[] = []
  for (let from = 0; from < items.length; from += largestBatch) {
    outcomes.push(...(await askSome(caller, items.slice(from, from + largestBatch), endsAt, options.maxDepth)))
  }
  return outcomes
}

async function askSome(caller: Caller, tuples: readonly CheckItem[], endsAt: number, maxDepth?: number): Promise<CheckOutcome[]> {
  const path = `/relation-tuples/batch/check${maxDepth === undefined ? '' : `?max-depth=${maxDepth}`}`
  const answer = await caller.call({ method: 'POST', path, body: { tuples }, timeoutMs: endsAt - performance.now(), repeatable: true })
  if (answer.status !== 200) throw new Error(`a batch check answered ${answer.status}`)
  const { results } = BatchAnswer.parse(jsonOf(answer))
  if (results.length !== tuples.length) throw new Error(`a batch check of ${tuples.length} answered ${results.length}`)
  return results.map(({ allowed, error }) => {
    // An item with an error says allowed: false beside it.
    if (error !== undefined && error !== null && error !== '') {
      return { outcome: unknownName.includes(error) ? 'unknown-name' : 'failed', reason: error }
    }
    return { outcome: allowed ? 'allowed' : 'denied' }
  })
}
