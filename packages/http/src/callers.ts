/** Who calls the internal port: told by a bearer secret, of which each caller has its own. */
import { createHash, timingSafeEqual } from 'node:crypto'

/** By caller: its accepted secrets, the current one first, older ones until they are retired. */
export type Callers = Readonly<Record<string, readonly string[]>>

/**
 * Answers the caller behind an `Authorization` header, or null. Compares with every secret, each in constant time.
 *
 * @throws {Error} a caller has no secret or an empty one, or two callers share one.
 */
export function createCallerFinder(callers: Callers): (authorization: string | null) => string | null {
  const known = Object.entries(callers).flatMap(([caller, secrets]) => {
    if (secrets.length === 0 || secrets.some((secret) => secret.trim() === '')) throw new Error(`The caller ${caller} has no secret`)
    return secrets.map((secret) => ({ caller, digest: digestOf(secret) }))
  })
  for (const { caller, digest } of known) {
    if (known.some((other) => other.caller !== caller && other.digest.equals(digest))) throw new Error(`${caller} shares a secret`)
  }
  return (authorization) => {
    const [, secret] = /^Bearer ([\x21-\x7e]{1,1000})$/i.exec(authorization ?? '') ?? []
    if (secret === undefined) return null
    const digest = digestOf(secret)
    let found: string | null = null
    for (const candidate of known) if (timingSafeEqual(candidate.digest, digest)) found = candidate.caller
    return found
  }
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
