/** Sign-ins are written down with their device, and what a submission ended is taken off. */
import type { Deps } from '../deps.ts'
import { forgetChange } from '../pending.ts'
import { deviceCookie, deviceIdOf, deviceTokenOf, newDeviceToken } from '../sessions/device-id.ts'
import { admitNative } from '../sessions/native-limit.ts'
import { type Begun, syncSessions } from '../sessions/sync-sessions.ts'
import type { UpstreamAnswer } from '../upstream.ts'
import { cameIn } from './came-in.ts'
import type { GuardStep, Passage } from './steps.ts'

export function noteSessions(deps: Deps): GuardStep {
  return async (passage, next) => {
    const answer = await next(passage)
    const person = await cameIn(deps, passage, answer)
    if (person === null || person.schemaId === 'guest') return answer
    const { native, sessionId, userId } = person
    // A browser without a device gets one; apps make their own.
    const token = deviceTokenOf(passage.headers, deps.publicOrigin) ?? (native ? null : newDeviceToken())
    const begun = { sessionId, deviceId: token === null ? null : deviceIdOf(token), native }
    await note(deps, passage, userId, begun)
    return native || token === null ? answer : withCookie(answer, deviceCookie(token, deps.publicOrigin))
  }
}

/** Where the limit does not depend on it, a sign-in that cannot be written down now is found later: its hook has left a note. */
async function note(deps: Deps, passage: Passage, identityId: string, begun: Begun): Promise<void> {
  const origin = { requestId: passage.requestId }
  if (begun.native && deps.sessionRules.maxNative > 0) {
    await admitNative(deps, identityId, begun, origin)
    return
  }
  try {
    await syncSessions(deps, identityId, begun, origin)
    const flowId = passage.submission.lockKey?.replace(/^flow:/, '') ?? ''
    await forgetChange(deps, 'sessions', `${identityId} ${flowId}`)
  } catch (error) {
    deps.log.warn({ err: error }, 'a sign-in is not written down yet')
  }
}

function withCookie(answer: UpstreamAnswer, line: string): UpstreamAnswer {
  return { ...answer, headers: { ...answer.headers, 'set-cookie': [...(answer.headers['set-cookie'] ?? []), line] } }
}
