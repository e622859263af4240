/** What happened to an account, as the person may see it: served by identity. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { pageOf, pageQuery } from './page.ts'
import { Id, Timestamp } from './values.ts'

export const ActivityKind = z.enum([
  'registered',
  'signed-in',
  'sign-in-failed',
  'sessions-ended',
  'recovered',
  'password-changed',
  'totp-added',
  'totp-removed',
  'recovery-codes-made',
  'recovery-code-used',
  'passkey-added',
  'passkey-removed',
  'provider-linked',
  'provider-unlinked',
  'factors-reset',
  'email-changed',
  'email-verified',
  'phone-changed',
  'deactivated',
  'activated',
  'impersonation-requested',
  'impersonation-accepted',
  'impersonation-declined',
  'impersonation-started',
  'impersonation-ended',
  'guest-merged',
  'terms-accepted',
  'deletion-requested',
  'deletion-withdrawn',
  'data-downloaded',
  'invited',
])
export type ActivityKind = z.infer<typeof ActivityKind>

/** Impersonal state such as `method` or `by`; never a secret, an address or free text of somebody else. */
export const ActivityDetail = z.record(z.string().regex(/^[a-z][A-Za-z]{0,39}$/), z.union([z.string().max(500), z.number(), z.boolean()]))
export type ActivityDetail = z.infer<typeof ActivityDetail>

export const ActivityView = z.object({
  id: Id,
  kind: ActivityKind,
  at: Timestamp,
  sessionId: Id.nullable(),
  /** The network address it came from, when it was known. */
  address: z.string().nullable(),
  /** From what the browser said about itself; null when it said nothing that is known. */
  browser: z.string().nullable(),
  system: z.string().nullable(),
  detail: ActivityDetail,
})
export type ActivityView = z.infer<typeof ActivityView>

export const listActivity = contract({
  method: 'get',
  path: '/activity',
  summary: 'What happened to the account of the person who is signed in; newest first',
  query: z.strictObject({ ...pageQuery }),
  answers: { 200: pageOf(ActivityView) },
})
