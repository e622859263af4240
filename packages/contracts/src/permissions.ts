/** What may I do: asked by screens to show or hide, never instead of the check that each route makes. */
import { z } from 'zod'
import { contract } from './contract.ts'

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, 'A name of the permission model')

export const PermissionQuestion = z.strictObject({
  namespace: name,
  /** Ids, or the one name of a singleton such as `vestibule`. */
  object: z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'An id'),
  permit: name,
})
export type PermissionQuestion = z.infer<typeof PermissionQuestion>

export const checkPermissions = contract({
  method: 'post',
  path: '/permissions/check',
  summary: 'Which of these the caller is allowed, in the order asked; any trouble with Keto is 503, never "no"',
  body: z.strictObject({ checks: z.array(PermissionQuestion).min(1).max(50) }),
  answers: { 200: z.object({ results: z.array(z.object({ allowed: z.boolean() })) }) },
})
