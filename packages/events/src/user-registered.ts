import { z } from 'zod'
import { defineEvent } from './define-event.ts'

/** The user's row was made, and whoever was invited has come in; the subject is the user's id. */
export const userRegistered = defineEvent({
  type: 'users.user.registered.v1',
  source: 'users',
  data: z.object({}),
})
