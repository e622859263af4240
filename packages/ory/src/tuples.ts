/**
 * Writes relation tuples: an object's tuples become exactly the ones wanted, whatever was there before.
 */
import { PermissionModelMissing, PermissionServiceDown } from '@app/contracts/common-problems'
import type { Log } from '@app/log/log'
import { checkTuples } from './check-tuples.ts'
import { type Caller, createCaller } from './http-call.ts'
import { listTuples, patchTuples, type StoredTuple, TupleNamespaceUnknown, tupleKey } from './keto-tuples.ts'
import type { Namespace, RelationOf, SubjectOf } from './model.ts'

/** One tuple of an object: `relation` holds for `subject`. */
export type RelationTuple<N extends Namespace> = {
  [R in RelationOf<N>]: { readonly relation: R; readonly subject: SubjectOf<N, R> }
}[RelationOf<N>]

export interface TupleWriter<Owned extends Namespace> {
  /**
   * Makes the tuples of one object exactly `desired`, one of each; what is there and not wanted is removed.
   *
   * Repeatable. Within this process one object is synchronised at a time; several processes have to agree among
   * themselves (an advisory lock on the object), because Keto has neither unique tuples nor conditional writes.
   *
   * @throws {PermissionServiceDown} Keto gave no usable answer in time. It may have written: repeat the call.
   * @throws {PermissionModelMissing} Keto does not know the namespace.
   * @throws {Error} the namespace is not owned by this writer, or a tuple does not fit the model.
   */
  readonly sync: <N extends Owned>(namespace: N, object: string, desired: readonly RelationTuple<N>[]) => Promise<void>
  /** Closes the connections. */
  readonly close: () => void
}

export interface TupleWriterOptions<Owned extends Namespace> {
  readonly ketoReadUrl: string
  readonly ketoWriteUrl: string
  /** A service writes tuples only on objects of namespaces that it owns. */
  readonly owns: readonly Owned[]
  /** Default 1500, for each call. */
  readonly timeoutMs?: number
  readonly log: Log
}

/** Rounds of listing and writing: one writes, one proves it; the rest is for somebody else's writes in between. */
const mostRounds = 4

interface Keto {
  readonly read: Caller
  readonly write: Caller
  readonly timeoutMs: number
}

export function createTupleWriter<Owned extends Namespace>(options: TupleWriterOptions<Owned>): TupleWriter<Owned> {
  const { ketoReadUrl, ketoWriteUrl, owns, timeoutMs = 1500, log } = options
  const keto = { read: createCaller({ baseUrl: ketoReadUrl }), write: createCaller({ baseUrl: ketoWriteUrl }), timeoutMs }
  const inTurn = takeTurns()
  return {
    sync: async (namespace, object, desired) => {
      if (!owns.includes(namespace)) throw new Error(`This service does not own ${namespace} and writes no tuples there`)
      checkTuples(namespace, object, desired)
      const wanted = new Map(desired.map(({ relation, subject }) => storedTuple({ namespace, object, relation, subject_set: subject })))
      try {
        await inTurn(`${namespace}:${object}`, () => makeExact(keto, { namespace, object }, wanted))
      } catch (error) {
        log.warn({ err: error, namespace }, 'could not synchronise relation tuples')
        const problem = error instanceof TupleNamespaceUnknown ? PermissionModelMissing : PermissionServiceDown
        throw problem(undefined, { cause: error })
      }
    },
    close: () => {
      keto.read.close()
      keto.write.close()
    },
  }
}

function storedTuple(tuple: StoredTuple): [string, StoredTuple] {
  return [tupleKey(tuple), tuple]
}

/** Lists, writes the difference, and lists again until there is none. */
async function makeExact(keto: Keto, of: { namespace: string; object: string }, wanted: ReadonlyMap<string, StoredTuple>): Promise<void> {
  for (let round = 0; round < mostRounds; round += 1) {
    const found = await listTuples(keto.read, of, keto.timeoutMs)
    const { missing, surplus, doubled } = difference(found, wanted)
    if (missing.length + surplus.length + doubled.length === 0) return
    if (missing.length + surplus.length > 0) await patchTuples(keto.write, { insert: missing, remove: surplus }, keto.timeoutMs)
    if (doubled.length === 0) continue
    // Keto removes every copy at once, and in one PATCH inserts come first whatever the order: so one after the other.
    await patchTuples(keto.write, { insert: [], remove: doubled }, keto.timeoutMs)
    await patchTuples(keto.write, { insert: doubled, remove: [] }, keto.timeoutMs)
  }
  throw new Error(`the tuples of an object of ${of.namespace} keep changing`)
}

function difference(found: readonly StoredTuple[], wanted: ReadonlyMap<string, StoredTuple>) {
  const copies = new Map<string, number>()
  for (const tuple of found) copies.set(tupleKey(tuple), (copies.get(tupleKey(tuple)) ?? 0) + 1)
  const present = new Map(found.map(storedTuple))
  return {
    missing: [...wanted].filter(([key]) => !copies.has(key)).map(([, tuple]) => tuple),
    surplus: [...present].filter(([key]) => !wanted.has(key)).map(([, tuple]) => tuple),
    doubled: [...wanted].filter(([key]) => (copies.get(key) ?? 0) > 1).map(([, tuple]) => tuple),
  }
}

/** Runs work with the same key one after another, in the order asked. */
function takeTurns() {
  const last = new Map<string, Promise<void>>()
  return (key: string, work: () => Promise<void>): Promise<void> => {
    const before = last.get(key)
    const run = before === undefined ? work() : before.then(work, work)
    last.set(key, run)
    const forget = () => {
      if (last.get(key) === run) last.delete(key)
    }
    run.then(forget, forget)
    return run
  }
}
