/**
 * Watches whether Keto runs the model that this process was compiled with.
 *
 * Keto takes an empty or missing file for "nothing exists", denies everything and stays ready. `GET /namespaces` tells
 * names only, so the rest of the model is compared by asking: a relation or permit that a class lacks is an error.
 * What a check cannot see is the inside of a permit. More than we know is no difference: a model grows before its services do.
 */
import type { Log } from '@app/log/log'
import { z } from 'zod'
import { type Caller, jsonOf } from './http-call.ts'
import { askBatch, type CheckItem } from './keto-check.ts'
import { compiledModel, type NamespaceModel } from './model.ts'

const NamespacesAnswer = z.object({ namespaces: z.array(z.object({ name: z.string() })).nullish() })

export interface ModelWatch {
  /** What is missing in Keto's model, as of the last look; null when nothing is, or when Keto could not be asked. */
  readonly difference: () => string | null
  /** Looks now; shared with a look under way. Rejects when Keto gives no usable answer. */
  readonly look: () => Promise<string | null>
  readonly stop: () => void
}

export interface WatchOptions {
  readonly caller: Caller
  readonly log: Log
  readonly timeoutMs: number
  /** Between two looks; default 5000. While the model differs it is looked at every second, so that recovery shows soon. */
  readonly everyMs?: number
  /** For tests; the compiled model otherwise. */
  readonly expected?: ReadonlyMap<string, NamespaceModel>
}

export function watchModel({ caller, log, timeoutMs, everyMs = 5000, expected = compiledModel() }: WatchOptions): ModelWatch {
  let difference: string | null = null
  let underWay: Promise<string | null> | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const look = () => {
    underWay ??= compare(caller, expected, timeoutMs)
      .then((found) => {
        if (found !== difference) log[found === null ? 'info' : 'error']({ difference: found }, 'compared the permission model with Keto')
        difference = found
        return found
      })
      .finally(() => {
        underWay = undefined
      })
    return underWay
  }
  const again = () => {
    if (stopped) return
    timer = setTimeout(repeat, difference === null ? everyMs : Math.min(everyMs, 1000))
    timer.unref()
  }
  const repeat = () => {
    // An unreachable Keto is no difference: checks find that out by themselves and say so.
    look()
      .catch(() => null)
      .finally(again)
  }
  repeat()
  return {
    difference: () => difference,
    look,
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}

async function compare(caller: Caller, expected: ReadonlyMap<string, NamespaceModel>, timeoutMs: number): Promise<string | null> {
  const answer = await caller.call({ method: 'GET', path: '/namespaces', timeoutMs, repeatable: true })
  if (answer.status !== 200) throw new Error(`GET /namespaces answered ${answer.status}`)
  const known = new Set(NamespacesAnswer.parse(jsonOf(answer)).namespaces?.map(({ name }) => name) ?? [])
  const missing = [...expected.keys()].filter((name) => !known.has(name))
  if (missing.length > 0) return `Keto has no ${missing.join(', ')}`
  const probes = [...expected].flatMap(([namespace, model]) => probesOf(namespace, model))
  const lacking = (await askBatch(caller, probes, { timeoutMs, maxDepth: 1 })).flatMap((item, index) => {
    const probe = probes[index]
    return item.outcome === 'unknown-name' && probe !== undefined ? [`${probe.namespace}.${probe.relation}`] : []
  })
  return lacking.length === 0 ? null : `Keto has no ${lacking.join(', ')}`
}

/** Only whether Keto knows the name is read from the answers, so asking a bare relation does no harm here. */
function probesOf(namespace: string, model: NamespaceModel): CheckItem[] {
  const subject = { namespace, object: 'model-probe', relation: '' }
  return [...Object.keys(model.relations), ...model.permits].map((relation) => ({
    namespace,
    object: 'model-probe',
    relation,
    subject_set: subject,
  }))
}
