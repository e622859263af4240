/** What goes over the exchange `revocations`: beats, purges and good-byes of everyone who ends rights. */
import { z } from 'zod'

export const RevocationScope = z.enum(['session', 'identity', 'key', 'tenant', 'all'])
export type RevocationScope = z.infer<typeof RevocationScope>

/** A right that has ended: what caches know under this id is gone. For `all` the id says nothing and is `*`. */
export const Revocation = z.strictObject({ scope: RevocationScope, id: z.string().min(1).max(200) })
export type Revocation = z.infer<typeof Revocation>

/** Who says it. Numbers rise by one with each signal of an incarnation, so that a lost one shows. */
const sender = {
  publisher: z.string().min(1).max(200),
  /** One run of a publisher's process; the text of a later one sorts behind. */
  incarnation: z.string().min(1).max(100),
  number: z.int().positive(),
}

export const Signal = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('beat'), ...sender }),
  z.strictObject({ kind: z.literal('purge'), ...sender, revocation: Revocation }),
  /** The process ends on purpose: nobody has to wait for its beats. */
  z.strictObject({ kind: z.literal('bye'), ...sender }),
])
export type Signal = z.infer<typeof Signal>

/** What a listener sends to its own queue, to see how late its queue is. */
export const Echo = z.strictObject({ kind: z.literal('echo'), number: z.int().positive() })

/** The fanout exchange that publishers and listeners share. */
export function revocationsExchange(prefix: string): string {
  return `${prefix}revocations`
}

/** Null for what is not JSON. */
export function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    // Refused by the schema like any other wrong content.
    return null
  }
}
