/** Who am I: served by identity. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { Id, Locale, Timestamp } from './values.ts'

export const AssuranceLevel = z.enum(['aal1', 'aal2'])
export type AssuranceLevel = z.infer<typeof AssuranceLevel>

export const SessionView = z.object({
  userId: Id,
  sessionId: Id,
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
