// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest'
import { forgetSetupToken, setupToken, takeSetupToken } from './setup-token.ts'

describe('the token of a one-time link', () => {
  beforeEach(() => forgetSetupToken())

  it('leaves the address at once and survives a reload', () => {
    const before = window.history.length
    window.history.replaceState(null, '', '/setup#a-token')
    takeSetupToken(window.location, window.history)
    expect(window.location.href).toMatch(/\/setup$/)
    expect(window.history.length).toBe(before)
    expect(setupToken()).toBe('a-token')
    takeSetupToken(window.location, window.history) // the reload: no fragment any more
    expect(setupToken()).toBe('a-token')
  })

  it('is forgotten once it is used', () => {
    window.history.replaceState(null, '', '/setup#a-token')
    takeSetupToken(window.location, window.history)
    forgetSetupToken()
    expect(setupToken()).toBeNull()
  })

  it('is not looked for on other screens', () => {
    window.history.replaceState(null, '', '/sign-in#a-token')
    takeSetupToken(window.location, window.history)
    expect(setupToken()).toBeNull()
    expect(window.location.hash).toBe('#a-token')
  })
})
