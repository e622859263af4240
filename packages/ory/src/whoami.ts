/** What Kratos says about a session, and what we make of it. */
import type { Session as KratosSession } from '@ory/client'
import { z } from 'zod'

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())
const optionalText = z.string().nullish().catch(null)

const VerifiableAddress = z.object({ value: z.string(), verified: z.boolean(), via: z.string() })

/** Traits that every schema of ours may have; what a schema lacks (a guest has no e-mail) is null or empty. */
const Traits = z.object({
  email: optionalText,
  name: optionalText,
  locale: z.enum(['en', 'nl']).nullish().catch(null),
  phone: optionalText,
})

/** Written by identity alone, never by the person. What cannot be read counts as the stricter of its values. */
const MetadataPublic = z.object({
  passwordSetAt: instant.nullish().catch(null),
  secondFactorRequired: z.boolean().nullish().catch(true),
  secondFactorSet: z.boolean().nullish().catch(false),
  termsAccepted: optionalText,
})

const WhoamiIdentity = z.object({
  id: z.uuid(),
  schema_id: z.string().min(1),
  state: z.enum(['active', 'inactive']).default('active'),
  traits: Traits,
  verifiable_addresses: z.array(VerifiableAddress).nullish(),
  metadata_public: MetadataPublic.nullish(),
  updated_at: instant,
} satisfies Partial<Record<keyof NonNullable<KratosSession['identity']>, z.ZodType>>)

/** The part of a whoami answer that we rely on. Anything else in its place is an unusable answer, never "no session". */
export const WhoamiAnswer = z.object({
  id: z.uuid(),
  active: z.boolean(),
  authenticated_at: instant,
  expires_at: instant,
  authenticator_assurance_level: z.enum(['aal1', 'aal2']),
  authentication_methods: z.array(z.object({ method: z.string(), completed_at: instant })).nullish(),
  identity: WhoamiIdentity,
} satisfies Partial<Record<keyof KratosSession, z.ZodType>>)
export type WhoamiAnswer = z.infer<typeof WhoamiAnswer>

/** An error of Kratos; `id` is stable between releases, texts are not. */
export const KratosError = z.object({ error: z.object({ id: z.string().optional() }) })

/** A live session of an active identity. Times are ISO 8601 in UTC. */
export interface Session {
  readonly id: string
  /** Identity id and user id are the same. */
  readonly userId: string
  /** Kratos' identity schema, e.g. `person`. */
  readonly schemaId: string
  readonly assuranceLevel: 'aal1' | 'aal2'
  /** Kratos' names: `password`, `code`, `totp`, …, oldest first. */
  readonly methods: readonly { readonly method: string; readonly at: string }[]
  readonly authenticatedAt: string
  readonly expiresAt: string
  readonly traits: SessionTraits
  /** True when the e-mail that the person has now is proven. */
  readonly emailVerified: boolean
  readonly identityState: 'active'
  readonly identityUpdatedAt: string
  /** When a password was last set, as our hooks noted it; null when they never did. */
  readonly passwordSetAt: string | null
  /** This person signs in with two factors: somebody decided so, or they have set up a second one. */
  readonly secondFactorRequired: boolean
  /** There is a second factor that the person can show, as identity noted it. */
  readonly secondFactorSet: boolean
  /** The version of the terms that the person accepted last. */
  readonly termsAccepted: string | null
}

export interface SessionTraits {
  readonly email: string | null
  readonly name: string
  readonly locale: 'en' | 'nl'
  /** E.164. */
  readonly phone: string | null
}

/** Null when the session or its identity is not active. */
export function sessionOf(answer: WhoamiAnswer): Session | null {
  const { identity } = answer
  const { metadata_public: noted } = identity
  if (!answer.active || identity.state !== 'active') return null
  const email = identity.traits.email ?? null
  return {
    id: answer.id,
    userId: identity.id,
    schemaId: identity.schema_id,
    assuranceLevel: answer.authenticator_assurance_level,
    methods: (answer.authentication_methods ?? []).map(({ method, completed_at }) => ({ method, at: completed_at })),
    authenticatedAt: answer.authenticated_at,
    expiresAt: answer.expires_at,
    traits: {
      email,
      name: identity.traits.name ?? '',
      locale: identity.traits.locale ?? 'en',
      phone: identity.traits.phone ?? null,
    },
    emailVerified: email !== null && isVerified(identity.verifiable_addresses ?? [], email),
    identityState: identity.state,
    identityUpdatedAt: identity.updated_at,
    passwordSetAt: noted?.passwordSetAt ?? null,
    secondFactorRequired: noted?.secondFactorRequired ?? false,
    secondFactorSet: noted?.secondFactorSet ?? false,
    termsAccepted: noted?.termsAccepted ?? null,
  }
}

/** Kratos stores addresses in lower case, traits as they were typed. */
function isVerified(addresses: readonly z.infer<typeof VerifiableAddress>[], email: string): boolean {
  return addresses.some(({ value, verified, via }) => via === 'email' && verified && value.toLowerCase() === email.trim().toLowerCase())
}
