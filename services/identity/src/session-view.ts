import type { SessionView } from '@app/contracts/session'
import type { Session } from '@app/ory/session'

/** Who is signed in, as the person may see it. */
export function sessionView(session: Session): SessionView {
  return {
    userId: session.userId,
    sessionId: session.id,
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
