/** Identity's internal port, about sessions. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { Id, noContent } from './values.ts'

export const noteSessionsSeen = contract({
  method: 'post',
  path: '/internal/sessions/seen',
  summary: 'These sessions were used in the last minute; services report once a minute, never per request',
  body: z.strictObject({
    sessions: z
      .array(z.strictObject({ sessionId: Id, userId: Id }))
      .min(1)
      .max(1000),
  }),
  answers: { 204: noContent },
})

export const loginAfter = contract({
  method: 'post',
  path: '/internal/hooks/login/-/after',
  summary: 'This person is signing in; Kratos waits for the answer, and without it there is no session',
  body: z.strictObject({ flowId: z.string().max(100), identityId: Id }),
  answers: { 200: z.object({}) },
  takesAnyText: true,
})
