import { z } from 'zod'
import { defineEvent } from './define-event.ts'

/** A session of an identity (the subject) has ended before its time, or all of them. */
export const sessionEnded = defineEvent({
  type: 'identity.session.ended.v1',
  source: 'identity',
  data: z.object({
    sessionId: z.union([z.uuid(), z.literal('all')]),
    /** `idle`: not used for too long; `limit`: a newer one took its place. */
    by: z.enum(['person', 'administrator', 'idle', 'limit']),
    /** What an administrator did that ended them; without it the end itself was meant. */
    because: z.enum(['deactivated', 'factors-reset']).optional(),
  }),
})
