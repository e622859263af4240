import { describe, expect, it } from 'vitest'
import { screenBehind, signInAddress } from './screens.ts'

const origin = 'https://app.example'

describe('where Kratos sends a browser', () => {
  it('becomes the screen that stands for it', () => {
    const again = `${origin}/self-service/login/browser?refresh=true&return_to=%2Fsettings`
    expect(screenBehind(again, origin)).toBe('/sign-in?refresh=true&return_to=%2Fsettings')
    expect(screenBehind(`${origin}/settings?flow=1`, origin)).toBe('/settings?flow=1')
  })

  it('is nowhere when it is not on our origin', () => {
    expect(screenBehind('https://evil.example/self-service/login/browser', origin)).toBeNull()
    expect(screenBehind('javascript:alert(1)', origin)).toBeNull()
  })

  it('carries the way back through sign-in', () => {
    expect(signInAddress('/')).toBe('/sign-in')
    expect(signInAddress('/people?search=ada')).toBe('/sign-in?return_to=%2Fpeople%3Fsearch%3Dada')
    expect(signInAddress('/settings', { refresh: true })).toBe('/sign-in?refresh=true&return_to=%2Fsettings')
  })
})
