/** Keto's calls for listing and writing relation tuples. */
import { z } from 'zod'
import { type Caller, jsonOf } from './http-call.ts'

const SubjectSet = z.object({ namespace: z.string(), object: z.string(), relation: z.string() })
const StoredTuple = z.object({
  namespace: z.string(),
  object: z.string(),
  relation: z.string(),
  subject_set: SubjectSet.optional(),
  /** Never written by us; found when somebody else wrote, and then removed. */
  subject_id: z.string().optional(),
})
export type StoredTuple = z.infer<typeof StoredTuple>

const Page = z.object({ relation_tuples: z.array(StoredTuple).nullish(), next_page_token: z.string().nullish() })

/** The most that Keto gives at once. */
const pageSize = 500
/** 900 tuples a call were measured at 60 ms. */
const largestPatch = 1000
/** Far more tuples than one object of ours has; stops a page token that leads in a circle. */
const mostPages = 1000

/** Keto's model lacks the namespace of a tuple. */
export class TupleNamespaceUnknown extends Error {
  override readonly name = 'TupleNamespaceUnknown'
}

/** Two stored tuples with the same key are copies of one. */
export function tupleKey({ namespace, object, relation, subject_set, subject_id }: StoredTuple): string {
  const subject = subject_set === undefined ? [subject_id] : [subject_set.namespace, subject_set.object, subject_set.relation]
  return JSON.stringify([namespace, object, relation, ...subject])
}

/** Every tuple of an object, copies included. */
export async function listTuples(caller: Caller, of: { namespace: string; object: string }, timeoutMs: number): Promise<StoredTuple[]> {
  const tuples: StoredTuple[] = []
  let pageToken = ''
  for (let page = 0; page < mostPages; page += 1) {
    const query = new URLSearchParams({ ...of, page_size: String(pageSize), page_token: pageToken })
    const answer = await caller.call({ method: 'GET', path: `/relation-tuples?${query}`, timeoutMs, repeatable: true })
    if (answer.status === 404) throw new TupleNamespaceUnknown(`Keto has no ${of.namespace}`)
    if (answer.status !== 200) throw new Error(`listing tuples answered ${answer.status}`)
    const { relation_tuples, next_page_token } = Page.parse(jsonOf(answer))
    tuples.push(...(relation_tuples ?? []))
    if (!next_page_token) return tuples
    pageToken = next_page_token
  }
  throw new Error(`more than ${mostPages} pages of tuples`)
}

export interface TupleChange {
  readonly insert: readonly StoredTuple[]
  readonly remove: readonly StoredTuple[]
}

/** One transaction for up to 1000 changes; with more, removals go first. No tuple may be in both lists. */
export async function patchTuples(caller: Caller, change: TupleChange, timeoutMs: number): Promise<void> {
  const removals = change.remove.map((relation_tuple) => ({ action: 'delete', relation_tuple }))
  const inserts = change.insert.map((relation_tuple) => ({ action: 'insert', relation_tuple }))
  const all = [...removals, ...inserts]
  for (let from = 0; from < all.length; from += largestPatch) {
    const body = all.slice(from, from + largestPatch)
    // Not repeatable: an insert that arrives twice is stored twice.
    const answer = await caller.call({ method: 'PATCH', path: '/admin/relation-tuples', body, timeoutMs, repeatable: false })
    if (answer.status === 404) throw new TupleNamespaceUnknown('Keto lacks the namespace of a tuple')
    if (answer.status !== 204) throw new Error(`writing tuples answered ${answer.status}`)
  }
}
