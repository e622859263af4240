/** Which headers pass the guard, each way. Everything else, hop-by-hop headers first of all, stays behind. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Origins } from '@app/http/origin-check'
import { credentialHeader } from '@app/ory/credentials'

/** nginx overwrites every address header with what it trusts; CF-Connecting-IP, which Kratos would believe too, is not passed. */
const passedIn = [
  'accept-language',
  'user-agent',
  'true-client-ip',
  'x-real-ip',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'traceparent',
] as const
const passedOut = ['content-type', 'content-language', 'vary', 'retry-after'] as const
/** Kratos' own; cookies of ours are none of its business. */
const kratosCookie = /^(ory_kratos_[a-z_]+|csrf_token_[0-9a-f]+)$/
const sessionCookie = 'ory_kratos_session'

export interface Credentials {
  readonly cookie?: string
  readonly sessionToken?: string
}

/** A token counts alone: Kratos would prefer the cookie to a bearer token, and the guard must know whose session it is. */
export function credentialsOf(headers: Headers): Credentials {
  const sessionToken = headers.get('x-session-token') ?? /^Bearer (\S+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  if (sessionToken !== undefined) return { sessionToken }
  const cookie = headers.get('cookie')
  return cookie === null ? {} : { cookie }
}

export function headersIn(headers: Headers, requestId: string): Record<string, string> {
  const passed: Record<string, string> = { 'x-request-id': requestId }
  for (const name of passedIn) {
    const value = headers.get(name)
    if (value !== null) passed[name] = value
  }
  const { cookie: session, ...token } = credentialHeader(credentialsOf(headers)) ?? {}
  const cookies = [...(session === undefined ? [] : [session]), ...otherCookies(headers.get('cookie') ?? '')]
  return { ...passed, ...token, ...(cookies.length === 0 ? {} : { cookie: cookies.join('; ') }) }
}

/** Of several session cookies Kratos takes the one that it can read, which may be another than the one we know. */
function otherCookies(header: string): string[] {
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => {
      const name = pair.slice(0, Math.max(0, pair.indexOf('='))).trim()
      return kratosCookie.test(name) && name !== sessionCookie
    })
}

/** Every Set-Cookie keeps a header of its own; a Location leads to our origin or to one that is listed. */
export function headersOut(headers: IncomingHttpHeaders, { publicOrigin, allowedOrigins = [] }: Origins): Headers {
  const passed = new Headers({ 'cache-control': 'no-store' })
  for (const name of passedOut) {
    const value = headers[name]
    if (typeof value === 'string') passed.set(name, value)
  }
  for (const cookie of headers['set-cookie'] ?? []) passed.append('set-cookie', cookie)
  const location = headers.location === undefined ? null : allowedLocation(headers.location, publicOrigin, allowedOrigins)
  if (location !== null) passed.set('location', location)
  return passed
}

/** Any other origin, Kratos' own included, becomes the home screen. */
function allowedLocation(location: string, publicOrigin: string, allowedOrigins: readonly string[]): string {
  const url = URL.canParse(location, publicOrigin) ? new URL(location, publicOrigin) : new URL('/', publicOrigin)
  if (allowedOrigins.includes(url.origin) && url.username === '' && url.password === '') return url.href
  return url.origin === publicOrigin ? `${url.pathname}${url.search}${url.hash}` : '/'
}
