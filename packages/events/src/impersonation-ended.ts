import { z } from 'zod'
import { defineEvent } from './define-event.ts'

/** Nobody acts as the person (the subject) by this any more. */
export const impersonationEnded = defineEvent({
  type: 'identity.impersonation.ended.v1',
  source: 'identity',
  data: z.object({ impersonationId: z.uuid(), by: z.enum(['administrator', 'person', 'time']) }),
})
