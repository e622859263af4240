import { SubmissionInProgress } from '@app/contracts/common-problems'
import type { Deps } from '../deps.ts'
import { personKey } from '../person-lock.ts'

const waitMs = 6_000

/**
 * Kratos' patches read and write without a lock: one change of a person's contact at a time, and nothing else of the person meanwhile.
 *
 * @throws {SubmissionInProgress}
 */
export async function inTurn<T>({ locks }: Pick<Deps, 'locks'>, identityId: string, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + waitMs
  const done = await locks.hold(`contact:${identityId}`, waitMs, () =>
    locks.hold(personKey(identityId), deadline - performance.now(), async () => ({ value: await work() })),
  )
  if (done === null) throw SubmissionInProgress(undefined, { retryAfterSeconds: 2 })
  return done.value
}
