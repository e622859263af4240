/**
 * After a deployment a tab that is still open asks for chunks that are gone. One reload brings it up to date; if that does not
 * help within a minute, the error is shown instead of reloading for ever.
 */

const storageKey = 'vestibule.reloaded'
const onceWithinMs = 60_000

export function mayReload(storage: Pick<Storage, 'getItem' | 'setItem'>, now: number): boolean {
  try {
    const last = Number(storage.getItem(storageKey) ?? 0)
    if (now - last < onceWithinMs) return false
    storage.setItem(storageKey, String(now))
    return true
  } catch {
    return false // Without storage nobody could tell a second reload from the first.
  }
}

export function reloadWhenStale(): void {
  window.addEventListener('vite:preloadError', (event) => {
    if (!mayReload(sessionStorage, Date.now())) return
    event.preventDefault()
    window.location.reload()
  })
}
