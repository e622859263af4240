import { IdentityServiceDown } from '@app/contracts/common-problems'
import type { Deps } from './deps.ts'

/** Longer than the guard waits for Kratos to save what somebody submits. */
const waitMs = 13_000

/**
 * The lock under which an identity is changed at Kratos. Its settings read an identity, ask our hooks, and then write all of it; its
 * patches do so in less time. What is written in between is undone. No hook may take it: the guard holds it while Kratos asks.
 */
export const personKey = (identityId: string): string => `person:${identityId}`

/** For what must not be undone by settings that are being saved. @throws {IdentityServiceDown} something else went on for too long: repeat it. */
export async function holdPerson({ locks }: Pick<Deps, 'locks'>, identityId: string, work: () => Promise<void>): Promise<void> {
  const done = await locks.hold(personKey(identityId), waitMs, async () => {
    await work()
    return true
  })
  if (done === null) throw IdentityServiceDown('Something else is being changed about this person', { retryAfterSeconds: 2 })
}
