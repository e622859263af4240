/** A company, or anybody else, whose accounts people may sign in with. */
import { z } from 'zod'

export const providerKinds = ['generic', 'google', 'github', 'microsoft', 'apple', 'facebook'] as const

const text = (most: number) => z.string().min(1).max(most)

export const ProviderInput = z
  .strictObject({
    /** Part of every credential, and of the callback: an id that is changed cuts people off. */
    id: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, 'up to 40 lower case letters, digits and hyphens'),
    kind: z.enum(providerKinds),
    /** What the button says. */
    label: text(60),
    /** Where the discovery document is; of a generic provider alone, the others have theirs. */
    issuer: z.url({ protocol: /^https?$/ }).optional(),
    clientId: text(500),
    /** Apple has a key instead. */
    clientSecret: text(2000).optional(),
    apple: z.strictObject({ teamId: text(50), keyId: text(50), privateKey: text(5000) }).optional(),
    /** A directory's id, or `organizations`, `consumers`, `common`. */
    microsoftTenant: z
      .string()
      .regex(/^[A-Za-z0-9.-]{1,100}$/, 'an id, a domain name, organizations, consumers or common')
      .optional(),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'one scope'))
      .max(30)
      .optional(),
    /** Jsonnet of the operator's own, in place of the ready one; it may call `person(…)` of `person.libsonnet`. */
    mapper: text(50_000).optional(),
    /** `auto`: where the provider says that it can. `force`: always, and the callback is then the same for all of them. */
    pkce: z.enum(['auto', 'force', 'never']).default('auto'),
    /** Some tell the claims only when asked for them. */
    claimsFrom: z.enum(['id-token', 'userinfo']).default('id-token'),
    /** The operator vouches for its addresses although it does not say that it has confirmed them: whoever can name an address there is it here. */
    trustsEmail: z.boolean().default(false),
  })
  .superRefine((provider, context) => {
    const wants = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    const { kind, issuer, clientSecret, apple, microsoftTenant, claimsFrom } = provider
    if (kind === 'generic' && issuer === undefined) wants('issuer', 'a generic provider needs one')
    if (kind !== 'generic' && issuer !== undefined) wants('issuer', `${kind} has its own`)
    if (kind !== 'generic' && claimsFrom === 'userinfo') wants('claimsFrom', 'only for generic providers')
    if (kind === 'apple' ? apple === undefined : apple !== undefined) wants('apple', kind === 'apple' ? 'is missing' : 'is for Apple alone')
    if (kind === 'apple' ? clientSecret !== undefined : clientSecret === undefined)
      wants('clientSecret', kind === 'apple' ? 'Apple has a key instead' : 'is missing')
    if (kind === 'microsoft' ? microsoftTenant === undefined : microsoftTenant !== undefined)
      wants('microsoftTenant', kind === 'microsoft' ? 'is missing' : 'is for Microsoft alone')
  })
export type ProviderInput = z.output<typeof ProviderInput>
export type ProviderSource = z.input<typeof ProviderInput>
