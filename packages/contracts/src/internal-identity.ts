/** Identity's internal port: what services, the operator and Kratos' hooks ask. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { defineProblem } from './problem.ts'
import { Id, Locale, Timestamp } from './values.ts'

/** Kratos knows no such identity: deleted, or never there. */
export const IdentityNotFound = defineProblem({ code: 'identity-not-found', status: 404, title: 'Identity not found' })

export const IdentityView = z.object({
  id: Id,
  schemaId: z.string(),
  state: z.enum(['active', 'inactive']),
  email: z.string().nullable(),
  emailVerified: z.boolean(),
  name: z.string(),
  locale: Locale,
  phone: z.string().nullable(),
  createdAt: Timestamp,
  /** When identity last saw it change, later with each change; a copy with an older one never replaces a newer. */
  updatedAt: Timestamp,
})
export type IdentityView = z.infer<typeof IdentityView>

export const readIdentity = contract({
  method: 'get',
  path: '/internal/identities/{identityId}',
  summary: 'The identity as Kratos has it now',
  params: z.strictObject({ identityId: Id }),
  answers: { 200: IdentityView },
  problems: [IdentityNotFound],
})

export const createAdministrator = contract({
  method: 'post',
  path: '/internal/administrators',
  summary: 'Makes a platform administrator, or makes a fresh one-time link for one; repeatable',
  body: z.strictObject({
    email: z.email().max(254),
    name: z.string().trim().min(1).max(200).optional(),
    locale: Locale.optional(),
  }),
  answers: { 200: z.object({ userId: Id, created: z.boolean(), link: z.string(), expiresAt: Timestamp }) },
})

export const AdministratorView = z.object({ userId: Id, email: z.string().nullable(), createdAt: Timestamp })

export const listAdministrators = contract({
  method: 'get',
  path: '/internal/administrators',
  summary: 'Everyone who is a platform administrator',
  answers: { 200: z.object({ items: z.array(AdministratorView) }) },
})

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
  identity: z.object({ traits: Traits.optional(), metadata_public: z.record(z.string(), z.unknown()).optional() }).optional(),
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

export const registrationPasswordBefore = contract({
  method: 'post',
  path: '/internal/hooks/registration/password/before',
  summary: 'May this person register? Nothing is stored yet',
  ...deciding,
})
export const registrationPasswordAfter = contract({
  method: 'post',
  path: '/internal/hooks/registration/password/after',
  summary: 'This person has registered',
  ...telling,
})
export const settingsProfileBefore = contract({
  method: 'post',
  path: '/internal/hooks/settings/profile/before',
  summary: 'May these traits be changed?',
  ...deciding,
})
export const settingsProfileAfter = contract({
  method: 'post',
  path: '/internal/hooks/settings/profile/after',
  summary: 'These traits were changed',
  ...telling,
})
export const settingsPasswordBefore = contract({
  method: 'post',
  path: '/internal/hooks/settings/password/before',
  summary: 'May this password be set? Notes when it was',
  ...deciding,
})
export const settingsPasswordAfter = contract({
  method: 'post',
  path: '/internal/hooks/settings/password/after',
  summary: 'This password was set',
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
