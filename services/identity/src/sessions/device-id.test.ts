import { expect, it } from 'vitest'
import { deviceCookie, deviceIdOf, deviceTokenOf, newDeviceToken } from './device-id.ts'

it('gives a device an id that stays, from which its secret cannot be had', () => {
  const token = newDeviceToken()
  expect(deviceIdOf(token)).toBe(deviceIdOf(token))
  expect(deviceIdOf(token)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(deviceIdOf(newDeviceToken())).not.toBe(deviceIdOf(token))
})

it('reads a cookie, and a header alone where there is one', () => {
  const [cookie, header] = [newDeviceToken(), newDeviceToken()]
  expect(deviceTokenOf(new Headers({ cookie: `a=b; vst_device=${cookie}` }))).toBe(cookie)
  expect(deviceTokenOf(new Headers({ cookie: `vst_device=${cookie}`, 'x-device-token': header }))).toBe(header)
  expect(deviceTokenOf(new Headers({ cookie: `vst_device=${cookie}`, 'x-device-token': 'short' }))).toBeNull()
})

it.each(['', 'x', `${'a'.repeat(43)}=`, 'a'.repeat(44), 'ä'.repeat(43)])('does not know %j', (token) => {
  expect(deviceTokenOf(new Headers({ cookie: `vst_device=${encodeURIComponent(token)}` }))).toBeNull()
})

it('is kept from scripts and from other sites, and from plain http where we have better', () => {
  const token = newDeviceToken()
  expect(deviceCookie(token, 'http://localhost:8080')).toBe(`vst_device=${token}; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax`)
  expect(deviceCookie(token, 'https://example.org')).toContain('; Secure')
})
