/** The ways in of an identity, as Kratos' admin API has them. No secret leaves this module. */
import { createHash } from 'node:crypto'
import { z } from 'zod'

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())
const identifiers = z.array(z.string()).nullish()

/** Asked for with every `include_credential`. An entry without its configuration is none: Kratos keeps an empty one per identifier. */
export const KratosFactors = z.object({
  id: z.uuid(),
  schema_id: z.string(),
  metadata_public: z.record(z.string(), z.unknown()).nullish(),
  credentials: z
    .object({
      password: z.object({ config: z.object({ hashed_password: z.string().optional() }).nullish() }).optional(),
      code: z.object({ identifiers }).optional(),
      totp: z.object({ created_at: instant }).optional(),
      lookup_secret: z
        .object({
          config: z.object({ recovery_codes: z.array(z.object({ code: z.string(), used_at: z.string().nullish() })).nullish() }).nullish(),
        })
        .optional(),
      passkey: z
        .object({
          config: z
            .object({ credentials: z.array(z.object({ id: z.string(), added_at: instant.nullish().catch(null) })).nullish() })
            .nullish(),
        })
        .optional(),
      oidc: z.object({ identifiers }).optional(),
    })
    .nullish(),
})
export type KratosFactors = z.infer<typeof KratosFactors>

export interface Factors {
  readonly hasPassword: boolean
  /** When the person last set it; null when nobody noted it. */
  readonly passwordSetAt: string | null
  readonly totpAddedAt: string | null
  readonly recoveryCodes: { readonly left: number; readonly digest: string } | null
  /** Ids in base64url. */
  readonly passkeys: readonly { readonly id: string; readonly addedAt: string | null }[]
  /** `provider:subject`. */
  readonly providers: readonly string[]
}

/** What is remembered of them between two looks. */
export type SeenFactors = Omit<Factors, 'passkeys' | 'providers'> & {
  readonly passkeys: readonly string[]
  readonly providers: readonly string[]
}

export function factorsOf({ credentials, metadata_public: metadata }: KratosFactors): Factors {
  const codes = credentials?.lookup_secret?.config?.recovery_codes ?? []
  const passwordSetAt = instant.safeParse(metadata?.['passwordSetAt'])
  return {
    hasPassword: (credentials?.password?.config?.hashed_password ?? '') !== '',
    passwordSetAt: passwordSetAt.data ?? null,
    totpAddedAt: credentials?.totp?.created_at ?? null,
    recoveryCodes: codes.length === 0 ? null : { left: codes.filter(isUnused).length, digest: digestOf(codes.map(({ code }) => code)) },
    passkeys: (credentials?.passkey?.config?.credentials ?? []).map(({ id, added_at }) => ({
      id: base64url(id),
      addedAt: added_at ?? null,
    })),
    providers: [...(credentials?.oidc?.identifiers ?? [])].sort(),
  }
}

export function seenOf({ passkeys, providers, ...rest }: Factors): SeenFactors {
  return { ...rest, passkeys: passkeys.map(({ id }) => id).sort(), providers: providers.map((identifier) => digestOf([identifier])) }
}

/** Kratos writes the zero time for "not used". */
function isUnused({ used_at }: { readonly used_at?: string | null | undefined }): boolean {
  return used_at === null || used_at === undefined || used_at.startsWith('0001-')
}

const digestOf = (texts: readonly string[]) => createHash('sha256').update(JSON.stringify(texts)).digest('base64url')

/** Go writes bytes in base64 with padding. */
const base64url = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
