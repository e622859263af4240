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
  /** Invited, and nobody has come in yet. */
  awaitsPerson: z.boolean(),
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
