import type { SessionView } from '@app/contracts/session'
import type { UserActor } from '@app/http/actor'
import { type Answer, answer } from '@app/http/route'
import { type StandingRules, standingOf } from '@app/http/standing'
import type { Session } from '@app/ory/session'

interface Made {
  readonly standing: string
  readonly answer: Answer<200, SessionView>
}

/** Made once for as long as a session is kept: this is the route that screens ask most. What is missing also depends on the time. */
const made = new WeakMap<Session, Made>()

export function sessionAnswer(actor: UserActor, rules: StandingRules): Answer<200, SessionView> {
  const { session } = actor
  // What an administrator sees of somebody names the administrator.
  if (actor.actedById !== undefined) return answer(200, sessionView(actor, rules))
  const standing = standingOf(session, rules).join(' ')
  const known = made.get(session)
  if (known?.standing === standing) return known.answer
  const anew = { standing, answer: answer(200, sessionView(actor, rules)) }
  made.set(session, anew)
  return anew.answer
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
