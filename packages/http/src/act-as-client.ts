/** For services that do not know impersonations themselves: identity is asked, with each request that claims one and with no other. */
import { findImpersonation } from '@app/contracts/impersonations'
import type { ActAs } from './act-as.ts'
import type { InternalClient } from './internal-client.ts'

/** @throws {DependencyDown} by every look-up, when identity gave no usable answer; never reported as "ended". */
export function createActAsClient(identity: InternalClient): ActAs {
  return {
    find: async (impersonationId, { userId, id, assuranceLevel }) => {
      const body = { impersonationId, administratorId: userId, sessionId: id, assuranceLevel }
      return (await identity.call(findImpersonation, { body })).session
    },
  }
}
