/** What a submission ends, so that no process goes on believing it: published before the person hears that it is done. */
import { credentialHeader } from '@app/ory/credentials'
import type { Session } from '@app/ory/session'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { expectChange } from '../pending.ts'
import type { Revocation } from '../revocations.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'
import { recoveredBy } from './came-in.ts'
import type { Guarded } from './guarded-paths.ts'
import type { Credentials } from './headers.ts'
import type { GuardStep } from './steps.ts'
import type { Submission } from './submission.ts'

const LoginBody = z.object({ session: z.object({ id: z.uuid() }) })

/** Publishes what the answer says has ended, before the person hears that it is done. */
export function publishEndings(deps: Deps): GuardStep {
  return async (passage, next) => {
    const { guarded, submission, credentials } = passage
    const before = await sessionBefore(deps, guarded, submission, credentials)
    const answer = await next(passage)
    const ended = await endedBy(deps, guarded, { before, credentials }, answer)
    for (const one of ended) await deps.revocations.publish(one)
    // What it was is told in a moment: the sessions that are left are compared with those of before.
    if (ended.length > 0 && before !== null) await expectChange(deps.app.db, 'sessions', before.userId)
    return answer
  }
}

/** Whose session it is, asked before it may be gone. */
async function sessionBefore(deps: Deps, guarded: Guarded, submission: Submission, credentials: Credentials): Promise<Session | null> {
  if (guarded.kind === 'token-logout') {
    const token = submission.fields['session_token']
    return typeof token === 'string' ? await deps.sessions.findSession({ sessionToken: token }) : null
  }
  const ends =
    guarded.kind === 'logout' ||
    guarded.kind === 'other-sessions' ||
    guarded.kind === 'one-session' ||
    (guarded.kind === 'flow' && guarded.flow === 'settings')
  return ends ? await deps.sessions.findSession(credentials) : null
}

interface Beginning {
  readonly credentials: Credentials
  readonly before: Session | null
}

/** Everything that this answer says has ended or changed. */
async function endedBy(deps: Deps, guarded: Guarded, { before, credentials }: Beginning, answer: UpstreamAnswer): Promise<Revocation[]> {
  if (answer.status >= 400) return []
  if (guarded.kind === 'one-session') return [{ scope: 'session', id: guarded.sessionId }]
  if (guarded.kind === 'logout' || guarded.kind === 'token-logout') return before ? [{ scope: 'session', id: before.id }] : []
  // All but the current session, of which only this end is known; and settings change what every session of the person shows.
  if (guarded.kind === 'other-sessions') return before ? [{ scope: 'identity', id: before.userId }] : []
  if (guarded.kind !== 'flow') return []
  if (guarded.flow === 'settings') return before ? [{ scope: 'identity', id: before.userId }] : []
  // A sign-in on top of a session raises its level or freshness; what is kept about it is out of date.
  if (guarded.flow === 'login') return credentialHeader(credentials) === null ? [] : loggedIn(answer)
  return guarded.flow === 'recovery' ? await recovered(deps, answer) : []
}

function loggedIn(answer: UpstreamAnswer): Revocation[] {
  const login = LoginBody.safeParse(jsonOf(answer))
  return login.success ? [{ scope: 'session', id: login.data.session.id }] : []
}

/** Recovery ends all other sessions; whose they were is known from the session it began. */
async function recovered(deps: Deps, answer: UpstreamAnswer): Promise<Revocation[]> {
  try {
    const recovery = await recoveredBy(deps, answer)
    return recovery === null ? [] : [{ scope: 'identity', id: recovery.userId }]
  } catch (error) {
    // The person is in: that must be answered, so everybody's caches go instead of one person's.
    deps.log.warn({ err: error }, 'it is not known who recovered')
    return [{ scope: 'all', id: '*' }]
  }
}
