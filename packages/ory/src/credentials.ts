/** Which credential of a request goes to Kratos: its own cookie, a session token, or a guest's token in our cookie. */
import { hash } from 'node:crypto'

/** Kratos' default; ours is not configured otherwise. */
const cookieName = 'ory_kratos_session'
/** Keeps a guest's session token. Kratos' own cookie would close its sign-in to the guest. */
export const guestCookie = 'vst_guest'
/** Browsers keep no cookie over 4096 bytes; Kratos' sealed ones are about 300. The characters are those of RFC 6265, 4.1.1. */
const cookieValue = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{16,4096}$/
/** Seen on v1.3.1 and v26.2.0: `ory_st_` and 32 letters or digits. The bounds leave room for longer ones. */
const sessionTokenValue = /^ory_st_[A-Za-z0-9_-]{16,200}$/

export interface SessionCredentials {
  /** The `Cookie` header as it came in. */
  readonly cookie?: string | undefined
  /** `X-Session-Token` or the bearer token. It counts alone: a wrong one never falls back to the cookie. */
  readonly sessionToken?: string | undefined
}

export interface Credential {
  /** To send to Kratos. */
  readonly header: Readonly<Record<string, string>>
  /** True for the guest's cookie: it stands for a guest only, also when its session has become a person's. */
  readonly guestOnly: boolean
}

/** What goes to Kratos, or null when there is nothing that could be a session. A wrong credential never falls back to another. */
export function credentialOf({ cookie, sessionToken }: SessionCredentials): Credential | null {
  if (sessionToken !== undefined) return tokenCredential(sessionToken, false)
  if (cookie === undefined) return null
  const value = readCookie(cookie, cookieName)
  if (value !== undefined) return cookieValue.test(value) ? { header: { cookie: `${cookieName}=${value}` }, guestOnly: false } : null
  const guestToken = readCookie(cookie, guestCookie)
  return guestToken === undefined ? null : tokenCredential(guestToken, true)
}

function tokenCredential(token: string, guestOnly: boolean): Credential | null {
  return sessionTokenValue.test(token) ? { header: { 'x-session-token': token }, guestOnly } : null
}

/** As above without the guest's cookie, which is none of Kratos' business. */
export function credentialHeader(credentials: SessionCredentials): Readonly<Record<string, string>> | null {
  const credential = credentialOf(credentials)
  return credential === null || credential.guestOnly ? null : credential.header
}

/** The value of a cookie in a `Cookie` header; the first one, as Kratos itself would take it. */
export function readCookie(header: string, name: string): string | undefined {
  for (const part of header.split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return undefined
}

/** A name for a credential that may be kept in memory and compared, from which the credential cannot be had. */
export function credentialHash(header: Readonly<Record<string, string>>): string {
  return hash('sha256', JSON.stringify(header), 'base64url')
}
