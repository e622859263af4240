/** Other front-ends and apps than the web app: whose browsers may call with cookies, and where signing in may end. Never a pattern. */
import { PlainError } from './plain-error.ts'

/** With what `npm start` says about each. */
export const originSettings = {
  VESTIBULE_ALLOWED_ORIGINS: 'origins of other front-ends whose browsers may call, exact, by commas (default none)',
  VESTIBULE_RETURN_URLS:
    'addresses of apps that sign-in may return to, by commas: https://… ending in "/", or com.example.app://… (default none)',
} as const

export interface OtherOrigins {
  /** Exact origins, each once. */
  readonly allowedOrigins: string[]
  /** As Kratos compares them: scheme and host exactly, the path as the beginning. The allowed origins are among them. */
  readonly returnUrls: string[]
}

const most = 20
const hostName = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/
/** A scheme of one's own has a dot (RFC 8252, section 7.1): nobody else owns it, and no browser knows it. */
const appScheme = /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+:$/
const hasStrangeCharacter = (text: string) => !/^[\x21-\x7e]+$/.test(text) || /[*\\%"'$;{}<>^`|]/.test(text)
const isLocal = (host: string) => host === 'localhost' || host.endsWith('.localhost') || host === '127.0.0.1'

/** @throws {PlainError} naming each address that does not fit, and what would. */
export function otherOrigins(setting: (variable: string) => string | undefined): OtherOrigins {
  const faults: string[] = []
  const read = (variable: keyof typeof originSettings, faultOf: (text: string) => string | null) => {
    const listed = (setting(variable) ?? '').split(',').map((text) => text.trim())
    const texts = [...new Set(listed.filter((text) => text !== ''))]
    if (texts.length > most) faults.push(`${variable} must be at most ${most} addresses.`)
    for (const text of texts) {
      const fault = faultOf(text)
      if (fault !== null) faults.push(`${variable} must be ${fault}, not "${text}".`)
    }
    return texts
  }
  const allowedOrigins = read('VESTIBULE_ALLOWED_ORIGINS', originFault)
  const apps = read('VESTIBULE_RETURN_URLS', returnFault)
  if (faults.length > 0) throw new PlainError(faults.join('\n'))
  return { allowedOrigins, returnUrls: [...new Set([...allowedOrigins.map((origin) => `${origin}/`), ...apps])] }
}

function originFault(text: string): string | null {
  const url = plainUrl(text)
  if (url === null || !isWeb(url) || url.origin !== text) return 'exact origins such as https://app.example.com, without path and wildcard'
  return isSafe(url) ? null : 'https origins: http is for this machine only'
}

function returnFault(text: string): string | null {
  const url = plainUrl(text)
  const shape = 'addresses such as https://app.example.com/ or com.example.app://signed-in, without wildcard, user, query and fragment'
  if (url === null || url.href !== text || url.username !== '' || url.password !== '' || /[?#]/.test(text)) return shape
  if (!isWeb(url)) return appScheme.test(url.protocol) && hostName.test(url.host) && /(?:^|\/)$/.test(url.pathname) ? null : shape
  if (!url.pathname.endsWith('/')) return 'addresses that end in "/", because everything that begins so counts'
  return isSafe(url) ? null : 'https addresses: http is for this machine only'
}

function plainUrl(text: string): URL | null {
  if (hasStrangeCharacter(text) || !/^[a-z][a-z0-9.+-]*:\/\/[a-z0-9]/.test(text) || !URL.canParse(text)) return null
  const url = new URL(text)
  return hostName.test(url.hostname) ? url : null
}

const isWeb = ({ protocol }: URL) => protocol === 'https:' || protocol === 'http:'
const isSafe = ({ protocol, hostname }: URL) => protocol === 'https:' || isLocal(hostname)
