/** Who am I: served by identity. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { Id, Locale, Timestamp } from './values.ts'

export const AssuranceLevel = z.enum(['aal1', 'aal2'])
export type AssuranceLevel = z.infer<typeof AssuranceLevel>

/** What a person must do before routes take their session, as the code of the problem that routes answer. */
export const StandingCode = z.enum(['second-factor-setup-required', 'second-factor-required', 'password-expired', 'terms-not-accepted'])
export type StandingCode = z.infer<typeof StandingCode>

export const SessionView = z.object({
  userId: Id,
  sessionId: Id,
  /** Kratos' identity schema: `person`, or `guest` for somebody without an account. */
  schemaId: z.string(),
  isGuest: z.boolean(),
  /** In the order in which to do it; empty when nothing is missing. */
  standing: z.array(StandingCode),
  /** The administrator who acts as this person. */
  actedById: Id.nullable(),
  email: z.string().nullable(),
  name: z.string(),
  locale: Locale,
  /** When the person signed in. */
  since: Timestamp,
  expiresAt: Timestamp,
  /** Kratos' names: `password`, `code`, `totp`, … */
  methods: z.array(z.object({ method: z.string(), at: Timestamp })),
  assuranceLevel: AssuranceLevel,
  emailVerified: z.boolean(),
})
export type SessionView = z.infer<typeof SessionView>

export const readSession = contract({
  method: 'get',
  path: '/session',
  summary: 'Who is signed in, since when and by which methods',
  answers: { 200: SessionView },
})
