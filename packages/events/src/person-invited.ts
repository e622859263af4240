import { z } from 'zod'
import { defineEvent } from './define-event.ts'

/** An administrator (the actor) has invited a person (the subject), or invited them again. */
export const personInvited = defineEvent({
  type: 'identity.person.invited.v1',
  source: 'identity',
  data: z.object({ invitationId: z.uuid(), again: z.boolean() }),
})
