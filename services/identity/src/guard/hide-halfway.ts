/**
 * Who has shown one factor of two is told nothing about the person: not by whoami, not by the settings, and not with the answer of the sign-in itself.
 * Kratos hides these only where it asks for the second factor by itself (`session.whoami.required_aal`), which would keep the services from knowing
 * whose session it is.
 */
import { IdentityServiceDown } from '@app/contracts/common-problems'
import { standingOf } from '@app/http/standing'
import { sessionOf, WhoamiAnswer } from '@app/ory/whoami'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'
import { isSignedInHalfway } from './refuse-halfway.ts'
import type { GuardStep, Passage } from './steps.ts'

type HideDeps = Pick<Deps, 'sessions' | 'standing' | 'publicOrigin'>

const SignedIn = z.looseObject({ session: z.looseObject({}) })

export function hideHalfway(deps: HideDeps): GuardStep {
  return async (passage, next) => {
    const { guarded } = passage
    if (guarded.kind === 'settings-flow' && (await isSignedInHalfway(deps, passage.credentials))) return higherLevelRequired(deps, passage)
    const answer = await next(passage)
    if (answer.status !== 200) return answer
    if (guarded.kind === 'whoami') return isHalfway(deps, whoamiIn(answer)) ? higherLevelRequired(deps, passage) : answer
    const signsIn = guarded.kind === 'token-exchange' || (guarded.kind === 'flow' && guarded.flow === 'login')
    return signsIn ? withoutPerson(deps, answer) : answer
  }
}

/** @throws {IdentityServiceDown} what cannot be read cannot be judged. */
function whoamiIn(answer: UpstreamAnswer): WhoamiAnswer {
  const whoami = WhoamiAnswer.safeParse(jsonOf(answer))
  if (whoami.success) return whoami.data
  throw IdentityServiceDown(undefined, { cause: new Error('a whoami answer of an unknown shape', { cause: whoami.error }) })
}

function isHalfway({ standing }: HideDeps, whoami: WhoamiAnswer): boolean {
  const session = sessionOf(whoami)
  return session !== null && standingOf(session, standing).includes('second-factor-required')
}

/** As Kratos leaves it out: `identity` of a session may be missing. */
function withoutPerson(deps: HideDeps, answer: UpstreamAnswer): UpstreamAnswer {
  const signedIn = SignedIn.safeParse(jsonOf(answer)).data
  if (signedIn === undefined) return answer
  const whoami = WhoamiAnswer.safeParse(signedIn.session)
  if (whoami.success && sessionOf(whoami.data) !== null && !isHalfway(deps, whoami.data)) return answer
  const { identity: _, ...session } = signedIn.session
  return { ...answer, body: Buffer.from(JSON.stringify({ ...signedIn, session })) }
}

/** Kratos' own words and shape (`ErrAALNotSatisfied` of both releases), which its client libraries know what to do with. */
function higherLevelRequired({ publicOrigin }: HideDeps, { submission }: Passage): UpstreamAnswer {
  const redirect = { redirect_browser_to: `${publicOrigin}/self-service/login/browser?aal=aal2` }
  if (/^text\/html/.test(submission.headers['accept'] ?? ''))
    return { status: 303, headers: { location: redirect.redirect_browser_to }, body: Buffer.alloc(0) }
  const error = {
    id: 'session_aal2_required',
    code: 403,
    status: 'Forbidden',
    reason:
      'An active session was found but it does not fulfill the requested Authenticator Assurance Level. Please verify yourself with a second factor to resolve this issue.',
    details: redirect,
    message: 'Session does not fulfill the requested Authenticator Assurance Level',
  }
  return { status: 403, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ error, ...redirect })) }
}
