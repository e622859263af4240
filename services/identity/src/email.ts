/**
 * The one spelling of an e-mail address. Kratos takes `ann@…` with a zero-width space or a Cyrillic а for somebody new, so what
 * looks like another's address is refused before it is stored.
 */
import { domainToASCII, domainToUnicode } from 'node:url'
import { hasLooseMark, isOneScript, passesForLatin } from './scripts.ts'

/** RFC 5321 §4.5.3.1, and the longest path of RFC 3696's erratum 1690. */
const maxLength = 254
const maxLocalLength = 64

/**
 * RFC 5321's dot-string. Quoted local parts and letters beyond ASCII are refused: hardly anybody has them, most mail servers
 * do not take them, and to the eye they are the cheapest disguise.
 */
const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const asciiLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

export type EmailFault = 'look-alike' | 'not-normalised'
export type EmailReading = { readonly email: string } | { readonly fault: EmailFault }

/**
 * The address in lower case with its domain in ASCII (`xn--…`, which is what browsers send and mail servers take), or why it
 * is refused. `look-alike`: it could be mistaken for another address. `not-normalised`: too long, or no address that we write to.
 */
export function readEmail(input: string): EmailReading {
  const lower = input.toLowerCase()
  const at = lower.lastIndexOf('@')
  if (/[\p{Cf}\u115f\u1160\u3164\uffa0\u2800]/u.test(lower)) return { fault: 'look-alike' }
  if (at < 1 || lower.length > maxLength || /[\p{C}\p{Z}]/u.test(lower)) return { fault: 'not-normalised' }
  const local = lower.slice(0, at)
  if (/[^\x20-\x7e]/.test(local)) return { fault: 'look-alike' }
  if (lower !== lower.normalize('NFC')) return { fault: 'not-normalised' }
  if (local.length > maxLocalLength || !localPart.test(local)) return { fault: 'not-normalised' }
  // Of `+316…/x@…` Kratos reads the number before `/x` (libphonenumber's "second number") and would write to it past every limit.
  if (/\+.*\/x/.test(local)) return { fault: 'not-normalised' }
  const domain = readDomain(lower.slice(at + 1))
  if ('fault' in domain) return domain
  const email = `${local}@${domain.ascii}`
  return email.length > maxLength ? { fault: 'not-normalised' } : { email }
}

/** The ASCII form of a domain name; it must come back as it was typed, or it was a disguise of that form. */
function readDomain(domain: string): { readonly ascii: string } | { readonly fault: EmailFault } {
  const ascii = domainToASCII(domain)
  const labels = ascii.split('.')
  if (labels.length < 2 || !labels.every((label) => asciiLabel.test(label)) || /^[0-9]+$/.test(labels.at(-1) ?? ''))
    return { fault: 'not-normalised' }
  const unicode = domainToUnicode(ascii)
  if (unicode !== domain && ascii !== domain) return { fault: 'look-alike' }
  for (const [index, label] of unicode.split('.').entries()) {
    // A label that Node cannot decode stays `xn--…`: nobody could say what it looks like.
    if (label.startsWith('xn--') || (labels[index]?.slice(2, 4) === '--' && !labels[index]?.startsWith('xn--')))
      return { fault: 'look-alike' }
    if (/[^\x20-\x7e]/.test(label) && (!isOneScript(label) || passesForLatin(label) || hasLooseMark(label))) return { fault: 'look-alike' }
  }
  return { ascii }
}

/**
 * The same address with an ASCII domain where that is all it takes, else the input: for signing in with an address as it is
 * written on a card. What registration would refuse stays as it is.
 */
export function respellEmail(input: string): string {
  if (!/[^\x20-\x7e]/.test(input)) return input
  const reading = readEmail(input.trim())
  return 'email' in reading ? reading.email : input
}
