/** Where a person wanted to go before we asked something else of them. */

/** Screens that would only send the person round in circles, and addresses that are not ours to show. */
const notADestination =
  /^\/(sign-in|register|recover|new-password|protect|setup|error|self-service|sessions|schemas|api|\.well-known|health)(\/|$)/i

const asciiControl = 0x20
const deleteCharacter = 0x7f

function hasStrangeCharacter(value: string): boolean {
  // Browsers drop tabs and newlines and read a backslash as a slash: `/\evil.example` would leave the origin.
  return [...value].some((character) => {
    const code = character.charCodeAt(0)
    return code < asciiControl || code === deleteCharacter || character === '\\'
  })
}

/**
 * The path, query and fragment of an address on our own origin, or null for everything else.
 *
 * Takes `/path` or an absolute address of `origin`. Never trust the input: it comes from the address bar.
 */
export function ownPath(value: unknown, origin: string): string | null {
  if (typeof value !== 'string' || value.length === 0 || value.length > 2000 || hasStrangeCharacter(value)) return null
  const relative = value.startsWith('/') && !value.startsWith('//')
  if (!relative && !value.startsWith(`${origin}/`) && value !== origin) return null
  const url = parseUrl(value, origin)
  if (url === null || url.origin !== origin || url.username !== '' || url.password !== '') return null
  // `/.//evil.example` is normalised to `//evil.example`.
  if (url.pathname.startsWith('//')) return null
  return `${url.pathname}${url.search}${url.hash}`
}

/**
 * The address of another front-end or of an app, written so plainly that every program reads it alike; null for everything else, our own
 * origin included. Whether it is one of the operator's only Kratos knows: go there by {@link askedReturn}, never at once.
 */
export function foreignAddress(value: unknown, origin: string): string | null {
  if (typeof value !== 'string' || value.length > 2000 || hasStrangeCharacter(value)) return null
  // A scheme of an app has a dot; those that browsers act on themselves have none.
  if (!/^(?:https?|[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+):\/\/[a-z0-9]/.test(value)) return null
  const url = parseUrl(value, origin)
  return url === null || url.origin === origin || url.username !== '' || url.password !== '' ? null : value
}

/** Kratos sends whoever is signed in there, if the address is on its list, else to the screen of errors. */
export function askedReturn(foreign: string): string {
  return `/self-service/login/browser?${new URLSearchParams({ return_to: foreign })}`
}

/** What a screen hands on to the next one, so that the wish is not lost on the way. */
export function carriedReturn(value: unknown, origin: string): string | undefined {
  return foreignAddress(value, origin) ?? ownPath(value, origin) ?? undefined
}

/** What Kratos is told when a flow begins, always a path of our own: whoever comes back to sign-in signed in is sent on from there. */
export function flowReturn(value: unknown, origin: string): string | undefined {
  const foreign = foreignAddress(value, origin)
  return foreign === null ? (ownPath(value, origin) ?? undefined) : `/sign-in?${new URLSearchParams({ return_to: foreign })}`
}

function parseUrl(value: string, origin: string): URL | null {
  try {
    return new URL(value, origin)
  } catch {
    return null // Not an address at all.
  }
}

/** Like {@link ownPath}, but only for screens that make sense to arrive at; anything else is the home screen. */
export function destination(value: unknown, origin: string): string {
  const path = ownPath(value, origin)
  if (path === null) return '/'
  const name = decodedPath(path)
  return name === null || notADestination.test(name) ? '/' : path
}

function decodedPath(path: string): string | null {
  try {
    return decodeURIComponent(path.split(/[?#]/, 1)[0] ?? '')
  } catch {
    return null // A broken percent sign.
  }
}
