import { expect, it } from 'vitest'
import { isObstacle, screenFor } from './standing.ts'

it.each([
  ['second-factor-setup-required', '/people?search=a', '/protect?return_to=%2Fpeople%3Fsearch%3Da'],
  ['second-factor-required', '/people', '/sign-in?aal=aal2&return_to=%2Fpeople'],
  ['password-expired', '/', '/new-password?why=expired'],
  ['password-expired', '/people', '/new-password?why=expired&return_to=%2Fpeople'],
  ['terms-not-accepted', '/people', '/terms?return_to=%2Fpeople'],
  ['fresh-sign-in-required', '/security', '/sign-in?refresh=true&return_to=%2Fsecurity'],
] as const)('%s at %s is set right at %s', (code, back, screen) => {
  expect(screenFor(code, back)).toBe(screen)
})

it('takes nothing else for something that a screen can set right', () => {
  expect(['forbidden', 'toString', '', null, 403].filter(isObstacle)).toEqual([])
})
