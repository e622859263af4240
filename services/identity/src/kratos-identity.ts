/** An identity as Kratos' admin API tells it, and what we make of it. */
import { createHash } from 'node:crypto'
import type { IdentityView } from '@app/contracts/internal-identity'
import type { Identity } from '@ory/client'
import { z } from 'zod'

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())

/** Only what we rely on; anything else in its place is an unusable answer. */
export const KratosIdentity = z.object({
  id: z.uuid(),
  schema_id: z.string().min(1),
  state: z.enum(['active', 'inactive']).default('active'),
  traits: z.record(z.string(), z.unknown()),
  verifiable_addresses: z.array(z.object({ value: z.string(), verified: z.boolean(), via: z.string() })).nullish(),
  metadata_public: z.record(z.string(), z.unknown()).nullish(),
  metadata_admin: z.record(z.string(), z.unknown()).nullish(),
  created_at: instant,
  /** Only where it was asked for. */
  credentials: z.object({ code: z.object({ identifiers: z.array(z.string()).nullish() }).optional() }).nullish(),
} satisfies Partial<Record<keyof Identity, z.ZodType>>)
export type KratosIdentity = z.infer<typeof KratosIdentity>

export function textTrait(identity: KratosIdentity, name: string): string | null {
  const value = identity.traits[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** Kratos stores addresses in lower case, traits as they were typed. */
export function isEmailVerified(identity: KratosIdentity): boolean {
  const email = textTrait(identity, 'email')?.trim().toLowerCase()
  return (identity.verifiable_addresses ?? []).some(
    ({ value, verified, via }) => verified && via === 'email' && value.toLowerCase() === email,
  )
}

/** Made by an administrator: nobody else can have put a way in into it. */
export const isInvited = (identity: KratosIdentity) => identity.metadata_admin?.['invited'] === true

/** Invited, and nobody has come in yet, by whatever way. */
export function awaitsPerson(identity: KratosIdentity): boolean {
  return isInvited(identity) && !isEmailVerified(identity)
}

/** Changes when, and only when, a trait changes. */
export function traitsDigest(identity: KratosIdentity): Buffer {
  const traits = Object.entries(identity.traits).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([identity.id, identity.schema_id, traits]))
    .digest()
}

/** @param changedAt when we last saw it change: Kratos v1.3.1 never moves its own `updated_at` */
export function identityView(identity: KratosIdentity, changedAt: Date): IdentityView {
  return {
    id: identity.id,
    schemaId: identity.schema_id,
    state: identity.state,
    email: textTrait(identity, 'email'),
    emailVerified: isEmailVerified(identity),
    name: textTrait(identity, 'name') ?? '',
    locale: identity.traits['locale'] === 'nl' ? 'nl' : 'en',
    phone: textTrait(identity, 'phone'),
    awaitsPerson: awaitsPerson(identity),
    createdAt: identity.created_at,
    updatedAt: changedAt.toISOString(),
  }
}
