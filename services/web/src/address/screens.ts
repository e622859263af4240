/** Kratos names its own addresses when it sends a browser on; a person should land on the screen that stands for them. */
import { ownPath } from './return-to.ts'

const screenOf: Record<string, string> = {
  '/self-service/login/browser': '/sign-in',
  '/self-service/registration/browser': '/register',
  '/self-service/verification/browser': '/verify',
  '/self-service/recovery/browser': '/recover',
  '/self-service/settings/browser': '/security',
}

/** The screen behind an address that Kratos answered, or null when it is not on our origin. */
export function screenBehind(address: string, origin: string): string | null {
  const path = ownPath(address, origin)
  if (path === null) return null
  const url = new URL(path, origin)
  const screen = screenOf[url.pathname]
  return screen ? `${screen}${url.search}` : path
}

/** The sign-in screen for a person who has to come back to `path` afterwards. */
export function signInAddress(path: string, options: { refresh?: boolean; aal?: 'aal2' } = {}): string {
  const query = new URLSearchParams()
  if (options.refresh) query.set('refresh', 'true')
  if (options.aal) query.set('aal', options.aal)
  if (path !== '/') query.set('return_to', path)
  return query.size > 0 ? `/sign-in?${query}` : '/sign-in'
}

/** The same without the flow, which is made anew. */
export function hereAnew(): string {
  const { pathname, search } = window.location
  const query = new URLSearchParams(search)
  query.delete('flow')
  return query.size > 0 ? `${pathname}?${query}` : pathname
}

/** Where the person is now, as a path to come back to. */
export function here(): string {
  const { pathname, search } = window.location
  return `${pathname}${search}`
}
