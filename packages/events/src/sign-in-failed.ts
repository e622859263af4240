import { z } from 'zod'
import { defineEvent } from './define-event.ts'

/**
 * Somebody failed to sign in, `count` times within one minute. The subject is the identity, or, where nobody has the account or many
 * accounts were tried from one place, a UUID of version 8 that is the same for the same account or place.
 */
export const signInFailed = defineEvent({
  type: 'identity.sign-in.failed.v1',
  source: 'identity',
  data: z.object({
    /** `throttled`: refused without being looked at. */
    reason: z.enum(['wrong-password', 'unknown', 'wrong-code', 'wrong-factor', 'inactive', 'throttled']),
    method: z.enum(['password', 'code', 'totp', 'recovery-code', 'recovery']),
    count: z.int().positive(),
  }),
})
