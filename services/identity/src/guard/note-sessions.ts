/** Sign-ins are written down with their device, and what a submission ended is taken off. */
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { forgetChange } from '../pending.ts'
import { deviceCookie, deviceIdOf, deviceTokenOf, newDeviceToken } from '../sessions/device-id.ts'
import { admitNative } from '../sessions/native-limit.ts'
import { type Begun, syncSessions } from '../sessions/sync-sessions.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'
import type { GuardStep, Passage } from './steps.ts'

const SignedIn = z.object({
  session: z.object({ id: z.uuid(), identity: z.object({ id: z.uuid(), schema_id: z.string() }) }),
  session_token: z.string().optional(),
})
type SignedIn = z.infer<typeof SignedIn>

export function noteSessions(deps: Deps): GuardStep {
  return async (passage, next) => {
    const answer = await next(passage)
    const signedIn = signedInBy(passage, answer)
    if (signedIn === null || signedIn.session.identity.schema_id === 'guest') return answer
    const native = signedIn.session_token !== undefined
    // A browser without a device gets one; apps make their own.
    const token = deviceTokenOf(passage.headers, deps.publicOrigin) ?? (native ? null : newDeviceToken())
    const begun = { sessionId: signedIn.session.id, deviceId: token === null ? null : deviceIdOf(token), native }
    await note(deps, passage, signedIn.session.identity.id, begun)
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

function signedInBy({ guarded }: Passage, answer: UpstreamAnswer): SignedIn | null {
  if (guarded.kind !== 'flow' || (guarded.flow !== 'login' && guarded.flow !== 'registration') || answer.status !== 200) return null
  return SignedIn.safeParse(jsonOf(answer)).data ?? null
}

function withCookie(answer: UpstreamAnswer, line: string): UpstreamAnswer {
  return { ...answer, headers: { ...answer.headers, 'set-cookie': [...(answer.headers['set-cookie'] ?? []), line] } }
}
