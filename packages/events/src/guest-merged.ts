import { z } from 'zod'
import { defineEvent } from './define-event.ts'

/** A guest (the subject) has signed in as a person: what the guest made is the person's from now on. Sent once per guest. */
export const guestMerged = defineEvent({
  type: 'identity.guest.merged.v1',
  source: 'identity',
  data: z.object({ userId: z.uuid() }),
})
