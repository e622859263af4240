/** What keeps a person from the services although they are signed in, and the screen that sets it right. Only decided here. */
import type { StandingCode } from '@app/contracts/session'
import { signInAddress } from '../address/screens.ts'

/** Codes of 403 problems. */
export type Obstacle = StandingCode | 'fresh-sign-in-required'

const screens: Record<Obstacle, (back: string) => string> = {
  'second-factor-setup-required': (back) => withReturn('/protect', {}, back),
  'second-factor-required': (back) => signInAddress(back, { aal: 'aal2' }),
  'password-expired': (back) => withReturn('/new-password', { why: 'expired' }, back),
  'terms-not-accepted': (back) => withReturn('/terms', {}, back),
  'fresh-sign-in-required': (back) => signInAddress(back, { refresh: true }),
}

export function screenFor(obstacle: Obstacle, back: string): string {
  return screens[obstacle](back)
}

export function isObstacle(code: unknown): code is Obstacle {
  return typeof code === 'string' && Object.hasOwn(screens, code)
}

function withReturn(screen: string, search: Record<string, string>, back: string): string {
  const query = new URLSearchParams({ ...search, ...(back === '/' ? {} : { return_to: back }) })
  return query.size > 0 ? `${screen}?${query}` : screen
}

const listeners = new Set<(obstacle: Obstacle) => void>()

/** Told of every answer of a service that names one. @returns how to stop listening. */
export function onObstacle(listener: (obstacle: Obstacle) => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function reportObstacle(obstacle: Obstacle): void {
  for (const listener of listeners) listener(obstacle)
}
