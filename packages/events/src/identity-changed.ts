import { z } from 'zod'
import { defineEvent } from './define-event.ts'

/** Something about an identity changed in Kratos: ask identity for what it is now. */
export const identityChanged = defineEvent({
  type: 'identity.identity.changed.v1',
  source: 'identity',
  data: z.object({
    change: z.enum(['traits', 'verified', 'state', 'deleted']),
    /** Where that is what changed. */
    state: z.enum(['active', 'inactive']).optional(),
  }),
})
