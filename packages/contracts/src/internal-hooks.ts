/** Kratos' hooks, on identity's internal port: what it asks before it stores something, and what it tells afterwards. */
import { z } from 'zod'
import { contract } from './contract.ts'

const Traits = z.record(z.string(), z.unknown())

/** Written out field by field in the hooks' jsonnet: Kratos' whole context would hold the session cookie. */
export const HookBody = z.strictObject({
  flowId: z.string().max(100),
  /** All zeros before the identity is stored. */
  identityId: z.string().max(100),
  schemaId: z.string().max(100),
  state: z.string().max(20).nullable(),
  traits: Traits,
  previousTraits: Traits.nullable(),
  metadataPublic: z.record(z.string(), z.unknown()).nullable(),
  clientAddress: z.string().max(200).nullable(),
  userAgent: z.string().max(2000).nullable(),
})
export type HookBody = z.infer<typeof HookBody>

/** Kratos replaces what is named; `{}` changes nothing. */
export const HookChange = z.object({
  identity: z
    .object({
      traits: Traits.optional(),
      metadata_public: z.record(z.string(), z.unknown()).optional(),
      /** With `verified`, Kratos sends no code of its own. */
      verifiable_addresses: z
        .array(z.object({ value: z.string(), via: z.literal('email'), verified: z.boolean(), status: z.literal('completed') }))
        .optional(),
    })
    .optional(),
})
export type HookChange = z.infer<typeof HookChange>

/** A refusal in Kratos' own form: it shows the message at the field. Our ids start at 9000001. */
export const HookRefusal = z.object({
  messages: z
    .array(
      z.object({
        instance_ptr: z.string(),
        messages: z.array(
          z.object({
            id: z.int().min(9_000_001),
            text: z.string(),
            type: z.literal('error'),
            context: z.record(z.string(), z.unknown()).optional(),
          }),
        ),
      }),
    )
    .min(1),
})
export type HookRefusal = z.infer<typeof HookRefusal>

const deciding = { body: HookBody, answers: { 200: HookChange, 400: HookRefusal }, takesAnyText: true } as const
const telling = { body: HookBody, answers: { 200: z.object({}) }, takesAnyText: true } as const

const Registering = z.enum(['password', 'code', 'passkey', 'oidc'])
const Setting = z.enum(['profile', 'password', 'totp', 'lookup_secret', 'passkey', 'oidc'])
export type SettingsMethod = z.infer<typeof Setting>

export const registrationBefore = contract({
  method: 'post',
  path: '/internal/hooks/registration/{method}/before',
  summary: 'May this person register? Nothing is stored yet',
  params: z.strictObject({ method: Registering }),
  ...deciding,
})
export const registrationAfter = contract({
  method: 'post',
  path: '/internal/hooks/registration/{method}/after',
  summary: 'This person has registered',
  params: z.strictObject({ method: Registering }),
  ...telling,
})
export const settingsBefore = contract({
  method: 'post',
  path: '/internal/hooks/settings/{method}/before',
  summary: 'May this be set?',
  params: z.strictObject({ method: Setting }),
  ...deciding,
})
export const settingsAfter = contract({
  method: 'post',
  path: '/internal/hooks/settings/{method}/after',
  summary: 'This was set',
  params: z.strictObject({ method: Setting }),
  ...telling,
})
export const recoveryAfter = contract({
  method: 'post',
  path: '/internal/hooks/recovery/-/after',
  summary: 'This person came back by recovery',
  ...telling,
})
export const verificationAfter = contract({
  method: 'post',
  path: '/internal/hooks/verification/-/after',
  summary: 'This address was verified',
  ...telling,
})
