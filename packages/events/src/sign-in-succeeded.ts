import { z } from 'zod'
import { defineEvent } from './define-event.ts'

/** Somebody signed in. The subject is the identity; from where, only its owner may know. */
export const signInSucceeded = defineEvent({
  type: 'identity.sign-in.succeeded.v1',
  source: 'identity',
  data: z.object({
    /** Kratos' name of the first factor. */
    method: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
    sessionId: z.uuid(),
    /** A browser or app that the account was not used with before. False for the first one of an account. */
    newDevice: z.boolean(),
  }),
})
