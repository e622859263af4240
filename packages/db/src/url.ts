import { z } from 'zod'
import type { Address } from './watched-socket.ts'

const SslMode = z.enum(['disable', 'require', 'verify-full']).catch('disable')

/** @throws when it is not `postgres://host[:port]/database[?sslmode=…]`; never quotes the address, which may hold a password */
export function parseDatabaseUrl(text: string): { address: Address; database: string } {
  const url = URL.parse(text)
  const database = decodeURIComponent(url?.pathname.slice(1) ?? '')
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol) || url.hostname === '' || database === '') {
    throw new Error('A database address looks like postgres://host:5432/name')
  }
  const sslMode = SslMode.parse(url.searchParams.get('sslmode') ?? 'disable')
  return { address: { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port || 5432), sslMode }, database }
}
