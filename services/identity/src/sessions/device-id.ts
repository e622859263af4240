/**
 * Which browser or app a request comes from. The device keeps 256 random bits, we their digest as its id: nobody can pass for a device
 * by knowing its id, and the id, which is shown and stored, gives the secret away to nobody.
 */
import { createHash, randomBytes } from 'node:crypto'
import { readCookie } from '@app/ory/credentials'

/** Over https under a name that no other host may set (RFC 6265bis, 4.1.3.2): who plants a device of theirs is let in beside its owner's limits. */
const cookieNameAt = (publicOrigin: string) => (publicOrigin.startsWith('https:') ? '__Host-vst_device' : 'vst_device')
/** Apps, which have no cookies, make one themselves and keep it. */
const headerName = 'x-device-token'
const tokenPattern = /^[A-Za-z0-9_-]{43}$/
/** Browsers keep no cookie for longer than 400 days. */
const lifespanSeconds = 400 * 86_400

/** Null when the request names none. The header counts alone. */
export function deviceTokenOf(headers: Headers, publicOrigin: string): string | null {
  const token = headers.get(headerName) ?? readCookie(headers.get('cookie') ?? '', cookieNameAt(publicOrigin))
  return token !== undefined && tokenPattern.test(token) ? token : null
}

export function newDeviceToken(): string {
  return randomBytes(32).toString('base64url')
}

/** A UUID of version 8 (RFC 9562, 5.8). */
export function deviceIdOf(token: string): string {
  const bytes = createHash('sha256').update(`device:${token}`).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** The `Set-Cookie` line; sent with every sign-in, so that it lasts. */
export function deviceCookie(token: string, publicOrigin: string): string {
  const secure = publicOrigin.startsWith('https:') ? '; Secure' : ''
  return `${cookieNameAt(publicOrigin)}=${token}; Path=/; Max-Age=${lifespanSeconds}; HttpOnly; SameSite=Lax${secure}`
}
