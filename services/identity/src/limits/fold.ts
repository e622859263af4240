/** What counts as the same account or the same network, however it is spelled. */
import { isIPv4, isIPv6 } from 'node:net'
import { readEmail } from '../email.ts'
import { readPhone } from '../phone.ts'

/** Longer than any address or number; the rest tells nothing apart. */
const maxLength = 1_024

/**
 * One spelling for everything that Kratos might take for the same identifier. Folding too much is harmless: those who share it share
 * an allowance.
 */
export function foldIdentifier(input: string): string {
  const text = input
    .slice(0, maxLength)
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}\p{Z}]/gu, '')
    .toLowerCase()
  const reading = readEmail(text)
  if ('email' in reading) return reading.email
  const phone = readPhone(text)
  if (phone !== null) return phone
  return /^[+(]?[0-9][0-9().\-/]*$/.test(text) ? `+${text.replace(/[^0-9]/g, '').replace(/^00/, '')}` : text
}

export function isPhone(folded: string): boolean {
  return folded.startsWith('+')
}

export interface RangeBits {
  readonly ipv4: number
  readonly ipv6: number
}

/** The network that an address is in, for example `203.0.113.0/24`; one name for all who have none. */
export function rangeOf(address: string | null, { ipv4, ipv6 }: RangeBits): string {
  const plain = address?.split('%')[0] ?? ''
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1] ?? plain
  if (isIPv4(mapped)) return `${masked(BigInt(ipv4Number(mapped)), 32, ipv4).toString(16)}/${ipv4}`
  if (!isIPv6(plain)) return 'unknown'
  const number = ipv6Number(plain)
  // ::ffff:0:0/96 in hexadecimal.
  if (number >> 32n === 0xffffn) return `${masked(number & 0xffffffffn, 32, ipv4).toString(16)}/${ipv4}`
  return `${masked(number, 128, ipv6).toString(16)}/v6/${ipv6}`
}

function masked(number: bigint, size: number, bits: number): bigint {
  return (number >> BigInt(size - bits)) << BigInt(size - bits)
}

function ipv4Number(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function ipv6Number(address: string): bigint {
  const last = address.slice(address.lastIndexOf(':') + 1)
  const low = isIPv4(last) ? ipv4Number(last) : null
  const text = low === null ? address : `${address.slice(0, -last.length)}${(low >>> 16).toString(16)}:${(low & 0xffff).toString(16)}`
  const [head = '', tail] = text.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
}
