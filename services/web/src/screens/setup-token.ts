/**
 * The token of a one-time link. It stands in the fragment, which no server sees, and leaves the address before anything else
 * runs, so that it is in no history entry, no referrer and no screenshot. The tab keeps it until it is used, so that a reload works.
 */

const storageKey = 'vestibule.setup'

/** Moves the token from `/setup#<token>` out of the address. Call it before the router reads the address. */
export function takeSetupToken(location: Location, history: History): void {
  if (location.pathname !== '/setup' || location.hash.length < 2) return
  const token = location.hash.slice(1)
  history.replaceState(null, '', '/setup')
  try {
    sessionStorage.setItem(storageKey, token.slice(0, 200))
  } catch {
    memory = token // Storage can be forbidden; then a reload needs the link again.
  }
}

let memory: string | null = null

export function setupToken(): string | null {
  try {
    return sessionStorage.getItem(storageKey) ?? memory
  } catch {
    return memory
  }
}

export function forgetSetupToken(): void {
  memory = null
  try {
    sessionStorage.removeItem(storageKey)
  } catch {
    // Nothing was stored then.
  }
}
