import type { SessionView } from '@app/contracts/session'
import type { UserActor } from '@app/http/actor'
import { type Answer, answer } from '@app/http/route'
import { type StandingRules, standingOf } from '@app/http/standing'
import type { Session } from '@app/ory/session'

/** Made once for as long as a session is kept: this is the route that screens ask most. */
const answers = new WeakMap<Session, Answer<200, SessionView>>()

export function sessionAnswer(actor: UserActor, rules: StandingRules): Answer<200, SessionView> {
  // What an administrator sees of somebody names the administrator.
  if (actor.actedById !== undefined) return answer(200, sessionView(actor, rules))
  const known = answers.get(actor.session)
  if (known !== undefined) return known
  const made = answer(200, sessionView(actor, rules))
  answers.set(actor.session, made)
  return made
}

/** Who is signed in, as the person may see it; what they must do first included, so that screens can lead them. */
function sessionView({ session, sessionId, actedById }: UserActor, rules: StandingRules): SessionView {
  return {
    userId: session.userId,
    sessionId,
    schemaId: session.schemaId,
    isGuest: session.schemaId === 'guest',
    standing: standingOf(session, rules),
    actedById: actedById ?? null,
    email: session.traits.email,
    name: session.traits.name,
    locale: session.traits.locale,
    since: session.authenticatedAt,
    expiresAt: session.expiresAt,
    methods: session.methods.map(({ method, at }) => ({ method, at })),
    assuranceLevel: session.assuranceLevel,
    emailVerified: session.emailVerified,
  }
}
