/** Names for accounts and networks that only this service can make: keyed hashes, and what has to come back, encrypted. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { foldIdentifier } from './fold.ts'

export interface GuardKeys {
  /** 128 bits. */
  of(kind: string, text: string): Buffer
  /** The same for every spelling. */
  account(identifier: string): Buffer
  seal(text: string): Buffer
  /** Null when another secret sealed it. */
  open(sealed: Buffer): string | null
}

const nonceBytes = 12
const tagBytes = 16

/** With another secret everything begins anew: counts at zero, devices unknown. */
export function createGuardKeys(secret: string): GuardKeys {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
  const [hashKey, sealKey] = [derive('guard: names'), derive('guard: sealed')]
  const of = (kind: string, text: string) => createHmac('sha256', hashKey).update(`${kind}\0${text}`).digest().subarray(0, 16)
  return {
    of,
    account: (identifier) => of('account', foldIdentifier(identifier)),
    seal: (text) => {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce)
      return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    open: (sealed) => {
      try {
        const decipher = createDecipheriv('aes-256-gcm', sealKey, sealed.subarray(0, nonceBytes))
        decipher.setAuthTag(sealed.subarray(-tagBytes))
        return decipher.update(sealed.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        return null
      }
    },
  }
}

/** A UUID of version 8 (RFC 9562, 5.8): whom an event is about when nobody has the account. */
export function uuidOf(key: Buffer): string {
  const bytes = Buffer.from(key.subarray(0, 16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
