import { z } from 'zod'
import { defineEvent } from './define-event.ts'

/** From now on an administrator (the actor) may act as the person (the subject). */
export const impersonationStarted = defineEvent({
  type: 'identity.impersonation.started.v1',
  source: 'identity',
  data: z.object({ impersonationId: z.uuid(), minutes: z.int().min(1).max(60), consent: z.enum(['required', 'waived']) }),
})
