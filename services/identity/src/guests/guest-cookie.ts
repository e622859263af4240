/** The cookie that keeps a guest's session token. Kratos' own would close its sign-in to the guest. */
import { guestCookie, readCookie } from '@app/ory/credentials'

/** Tells the web app, which cannot read the other one, that there may be something to move after a sign-in. */
const markName = 'vst_guest_here'

export function guestTokenOf(headers: Headers): string | null {
  return readCookie(headers.get('cookie') ?? '', guestCookie) ?? null
}

/** @param expiresAt of the session: the cookies go with it */
export function guestCookies(publicOrigin: string, token: string, expiresAt: string): string[] {
  const rest = `Path=/; Expires=${new Date(expiresAt).toUTCString()}; SameSite=Lax${secure(publicOrigin)}`
  return [`${guestCookie}=${token}; ${rest}; HttpOnly`, `${markName}=1; ${rest}`]
}

export function noGuestCookies(publicOrigin: string): string[] {
  const rest = `Path=/; Max-Age=0; SameSite=Lax${secure(publicOrigin)}`
  return [`${guestCookie}=; ${rest}; HttpOnly`, `${markName}=; ${rest}`]
}

const secure = (publicOrigin: string) => (publicOrigin.startsWith('https:') ? '; Secure' : '')
