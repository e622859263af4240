import { z } from 'zod'
import { defineEvent } from './define-event.ts'

/** How a person (the subject) gets in has changed: one of their credentials, or a factor. */
export const credentialsChanged = defineEvent({
  type: 'identity.credentials.changed.v1',
  source: 'identity',
  data: z.object({
    change: z.enum([
      'password',
      'totp-added',
      'totp-removed',
      'recovery-codes-made',
      'recovery-code-used',
      'passkey-added',
      'passkey-removed',
      'provider-linked',
      'provider-unlinked',
      'factors-reset',
    ]),
    /** How many recovery codes are left, where that is what changed. */
    left: z.int().nonnegative().optional(),
  }),
})
