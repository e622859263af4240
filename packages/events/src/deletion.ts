import { z } from 'zod'
import { defineEvent } from './define-event.ts'

/** A person (the subject) has asked that their account be deleted; until `dueAt` they can keep it after all. */
export const deletionRequested = defineEvent({
  type: 'identity.deletion.requested.v1',
  source: 'identity',
  data: z.object({ dueAt: z.iso.datetime() }),
})

/** The person (the subject) keeps the account after all. */
export const deletionWithdrawn = defineEvent({ type: 'identity.deletion.withdrawn.v1', source: 'identity', data: z.object({}) })
