import type { SessionView } from '@app/contracts/session'
import type { UserActor } from '@app/http/actor'
import { type StandingRules, standingOf } from '@app/http/standing'

/** Who is signed in, as the person may see it; what they must do first included, so that screens can lead them. */
export function sessionView({ session, sessionId, actedById }: UserActor, rules: StandingRules): SessionView {
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
