import { z } from 'zod'
import { defineEvent } from './define-event.ts'

/** A person (the subject) has another proven address or number, or none any more. */
export const contactChanged = defineEvent({
  type: 'identity.contact.changed.v1',
  source: 'identity',
  data: z.object({ kind: z.enum(['email', 'phone']) }),
})
