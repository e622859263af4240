import { z } from 'zod'
import { defineEvent } from './define-event.ts'

/** An identity exists in Kratos; the subject is its id, which is also the user's. */
export const identityRegistered = defineEvent({
  type: 'identity.identity.registered.v1',
  source: 'identity',
  data: z.object({}),
})
