import { z } from 'zod'
import { defineEvent } from './define-event.ts'

/**
 * A person (the subject) is gone, by their own wish or by an administrator's: whoever keeps rows of them removes these and says so.
 * Sent once, when Kratos has no identity of them any more.
 */
export const personErased = defineEvent({ type: 'identity.person.erased.v1', source: 'identity', data: z.object({}) })

/** Users keeps nothing of this person any more but the id. */
export const usersPersonErased = defineEvent({ type: 'users.person.erased.v1', source: 'users', data: z.object({}) })

/** Notifications keeps nothing of this person any more. */
export const notificationsPersonErased = defineEvent({
  type: 'notifications.person.erased.v1',
  source: 'notifications',
  data: z.object({}),
})
