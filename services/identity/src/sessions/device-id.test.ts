import { expect, it } from 'vitest'
import { deviceCookie, deviceIdOf, deviceTokenOf, newDeviceToken } from './device-id.ts'

const plain = 'http://localhost:8080'

it('gives a device an id that stays, from which its secret cannot be had', () => {
  const token = newDeviceToken()
  expect(deviceIdOf(token)).toBe(deviceIdOf(token))
  expect(deviceIdOf(token)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(deviceIdOf(newDeviceToken())).not.toBe(deviceIdOf(token))
})

it('reads a cookie, and a header alone where there is one', () => {
  const [cookie, header] = [newDeviceToken(), newDeviceToken()]
  const deviceOf = (headers: Record<string, string>) => deviceTokenOf(new Headers(headers), plain)
  expect(deviceOf({ cookie: `a=b; vst_device=${cookie}` })).toBe(cookie)
  expect(deviceOf({ cookie: `vst_device=${cookie}`, 'x-device-token': header })).toBe(header)
  expect(deviceOf({ cookie: `vst_device=${cookie}`, 'x-device-token': 'short' })).toBeNull()
})

it.each(['', 'x', `${'a'.repeat(43)}=`, 'a'.repeat(44), 'ä'.repeat(43)])('does not know %j', (token) => {
  expect(deviceTokenOf(new Headers({ cookie: `vst_device=${encodeURIComponent(token)}` }), plain)).toBeNull()
})

it('is kept from scripts and from other sites, and over https from other hosts of the domain', () => {
  const token = newDeviceToken()
  const rest = 'Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax'
  expect(deviceCookie(token, plain)).toBe(`vst_device=${token}; ${rest}`)
  expect(deviceCookie(token, 'https://example.org')).toBe(`__Host-vst_device=${token}; ${rest}; Secure`)
})

it('is not taken from a cookie that another host of the domain could have set', () => {
  const [planted, own] = [newDeviceToken(), newDeviceToken()]
  const cookies = (text: string) => new Headers({ cookie: text })
  expect(deviceTokenOf(cookies(`vst_device=${planted}`), 'https://example.org')).toBeNull()
  expect(deviceTokenOf(cookies(`vst_device=${planted}; __Host-vst_device=${own}`), 'https://example.org')).toBe(own)
})
