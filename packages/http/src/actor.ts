/** Who is calling. */
import type { Session } from '@app/ory/session'

export interface UserActor {
  readonly kind: 'user'
  readonly userId: string
  readonly sessionId: string
  readonly session: Session
  /** The administrator who acts as this user; goes into every event. */
  readonly actedById?: string
  readonly impersonationId?: string
}

/** One of our own services, the operator, or Kratos. */
export interface SystemActor {
  readonly kind: 'system'
  readonly caller: string
}

export type Actor = UserActor | SystemActor

/** For logs: who, without saying anything about them. */
export function actorLabel(actor: Actor | null): string | null {
  if (!actor) return null
  return actor.kind === 'user' ? `user:${actor.userId}` : `system:${actor.caller}`
}

/** For logs: the administrator behind it, when there is one. */
export function actedByLabel(actor: Actor | undefined): string | undefined {
  return actor?.kind === 'user' && actor.actedById !== undefined ? `user:${actor.actedById}` : undefined
}
