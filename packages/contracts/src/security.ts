/** How a person gets in, as they see it themselves: served by identity. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { defineProblem } from './problem.ts'
import { noContent, Timestamp } from './values.ts'

export const PasskeyNotFound = defineProblem({ code: 'passkey-not-found', status: 404, title: 'You have no such passkey' })

export const PasskeyView = z.object({
  /** base64url, as WebAuthn has it. */
  id: z.string(),
  /** Null until the person names it. */
  name: z.string().nullable(),
  addedAt: Timestamp.nullable(),
})
export type PasskeyView = z.infer<typeof PasskeyView>

export const SecurityView = z.object({
  password: z.object({ setAt: Timestamp.nullable() }).nullable(),
  /** An authenticator app; null without one. */
  totp: z.object({ addedAt: Timestamp }).nullable(),
  recoveryCodes: z.object({ left: z.int().nonnegative() }).nullable(),
  passkeys: z.array(PasskeyView),
  /** Names of the identity providers whose accounts are linked, each once. */
  providers: z.array(z.string()),
  /** Whether somebody asks that there be a second factor. */
  secondFactorRequired: z.boolean(),
})
export type SecurityView = z.infer<typeof SecurityView>

export const readSecurity = contract({
  method: 'get',
  path: '/security',
  summary: 'The ways in of the person who is signed in; no secrets',
  answers: { 200: SecurityView },
})

const CredentialId = z
  .string()
  .min(1)
  .max(1400)
  .regex(/^[A-Za-z0-9_-]+$/, 'base64url')

export const namePasskey = contract({
  method: 'patch',
  path: '/passkeys/{passkeyId}',
  summary: 'Gives an own passkey a name by which to tell it from the others',
  params: z.strictObject({ passkeyId: CredentialId }),
  body: z.strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u, 'One line without control characters'),
  }),
  answers: { 204: noContent },
  problems: [PasskeyNotFound],
})
