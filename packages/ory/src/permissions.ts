/**
 * What may this person do: asks Keto for permits, and says "no" only when Keto said so.
 *
 * Only permits can be asked: for a bare relation Keto turns a database error into `allowed: false` (v0.14.0 and v26.2.0).
 */
import { PermissionModelMissing, PermissionServiceDown } from '@app/contracts/common-problems'
import type { Check } from '@app/contracts/health'
import type { Log } from '@app/log/log'
import { createCaller } from './http-call.ts'
import { askBatch, type CheckItem, type CheckOutcome } from './keto-check.ts'
import { isObjectId, type Permission, type PermitNamespace, type PermitOf } from './model.ts'
import { readReadiness, shareFor } from './readiness.ts'
import { type ModelWatch, watchModel } from './watch-model.ts'

/** "May this user do this to that object?" */
export type PermissionCheck = Permission & { readonly object: string; readonly userId: string }

export interface PermissionChecker {
  /**
   * @throws {PermissionServiceDown} Keto gave no usable answer in time: an outage, a database error, a limit.
   * @throws {PermissionModelMissing} Keto does not run the model that this process was compiled with.
   */
  readonly isAllowed: <N extends PermitNamespace>(namespace: N, object: string, permit: PermitOf<N>, userId: string) => Promise<boolean>
  /** The answers in the order asked; any trouble with one of them is thrown, as by `isAllowed`. */
  readonly areAllowed: (checks: readonly PermissionCheck[]) => Promise<boolean[]>
  /** Ready when Keto and its database are, and the model is the expected one. */
  readonly ready: () => Check
  /** Stops watching and closes the connections. */
  readonly close: () => void
}

export interface PermissionCheckerOptions {
  readonly ketoReadUrl: string
  /** Default 1500. Bounds a check or a batch as a whole. */
  readonly timeoutMs?: number
  /** Between two looks at Keto's model; default 5000. */
  readonly watchEveryMs?: number
  readonly log: Log
}

interface Asking {
  readonly ask: (items: readonly CheckItem[]) => Promise<CheckOutcome[]>
  readonly watch: ModelWatch
  readonly log: Log
}

export function createPermissionChecker(options: PermissionCheckerOptions): PermissionChecker {
  const { ketoReadUrl, timeoutMs = 1500, watchEveryMs = 5000, log } = options
  const caller = createCaller({ baseUrl: ketoReadUrl })
  const watch = watchModel({ caller, log, timeoutMs, everyMs: watchEveryMs })
  const asking = { ask: (items: readonly CheckItem[]) => askBatch(caller, items, { timeoutMs }), watch, log }
  const readiness = async () =>
    (await readReadiness(caller, '/health/ready', timeoutMs)) ?? (await watch.look().catch(() => 'the permission model could not be read'))
  return {
    isAllowed: async (namespace, object, permit, userId) => {
      const [allowed] = await decide(asking, [{ namespace, object, permit, userId }])
      return allowed === true
    },
    areAllowed: (checks) => decide(asking, checks),
    ready: () => ({ name: 'keto', check: shareFor(200, readiness) }),
    close: () => {
      watch.stop()
      caller.close()
    },
  }
}

interface Question {
  readonly namespace: string
  readonly object: string
  readonly permit: string
  readonly userId: string
}

async function decide(asking: Asking, questions: readonly Question[]): Promise<boolean[]> {
  const difference = asking.watch.difference()
  if (difference !== null) throw PermissionModelMissing(undefined, { cause: new Error(difference) })
  // No tuple has such an id, because the tuple writer refuses it: a no without asking.
  const askable = questions.filter(isAskable)
  const outcomes = askable.length === 0 ? [] : await ask(asking, askable)
  const refused = outcomes.find(({ outcome }) => outcome === 'unknown-name' || outcome === 'failed')
  if (refused !== undefined) throw problemOf(asking, refused)
  const allowed = new Map(askable.map((question, index) => [question, outcomes[index]?.outcome === 'allowed']))
  return questions.map((question) => allowed.get(question) ?? false)
}

function isAskable({ object, userId }: Question): boolean {
  return isObjectId(object) && isObjectId(userId)
}

async function ask({ ask, log }: Asking, questions: readonly Question[]): Promise<CheckOutcome[]> {
  try {
    return await ask(questions.map(itemOf))
  } catch (error) {
    log.warn({ err: error }, 'Keto gave no usable answer')
    throw PermissionServiceDown(undefined, { cause: error })
  }
}

/** The subject is always the set `User:<id>`: to Keto a plain subject id would be somebody else. */
function itemOf({ namespace, object, permit, userId }: Question): CheckItem {
  return { namespace, object, relation: permit, subject_set: { namespace: 'User', object: userId, relation: '' } }
}

/**
 * An unknown name is either a model that is not ours, or a stored tuple that names a relation which is gone. Which one is
 * known a moment later, and the next check says it: this one does not wait.
 */
function problemOf({ watch, log }: Asking, outcome: CheckOutcome): Error {
  const cause = new Error('reason' in outcome ? outcome.reason : outcome.outcome)
  log.warn({ err: cause }, 'Keto could not answer a check')
  if (outcome.outcome !== 'unknown-name') return PermissionServiceDown(undefined, { cause })
  watch.look().catch((error: unknown) => log.warn({ err: error }, 'could not compare the permission model with Keto'))
  return PermissionModelMissing(undefined, { cause })
}
