import { expect, it } from 'vitest'
import { base64UrlOf } from './base64-url.ts'

it.each(['', '00', 'fb', 'fbff', 'fbffbf', '3fbffbefbe00'])('writes %j as everybody else does', (hexadecimal) => {
  expect(base64UrlOf(hexadecimal)).toBe(Buffer.from(hexadecimal, 'hex').toString('base64url'))
})
