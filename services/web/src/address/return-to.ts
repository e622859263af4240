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
