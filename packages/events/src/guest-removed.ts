import { z } from 'zod'
import { defineEvent } from './define-event.ts'

/** A guest (the subject) is gone without having signed in: what they made goes too. */
export const guestRemoved = defineEvent({
  type: 'identity.guest.removed.v1',
  source: 'identity',
  data: z.object({}),
})
