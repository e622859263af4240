/** Users' internal port. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { UserNotFound, UserState } from './users.ts'
import { Id, Locale } from './values.ts'

export const ContactView = z.object({
  userId: Id,
  email: z.string().nullable(),
  emailVerified: z.boolean(),
  name: z.string(),
  locale: Locale,
  state: UserState,
})
export type ContactView = z.infer<typeof ContactView>

export const readContact = contract({
  method: 'get',
  path: '/internal/users/{userId}/contact',
  summary: 'How to reach a person, asked when something is sent',
  params: z.strictObject({ userId: Id }),
  answers: { 200: ContactView },
  problems: [UserNotFound],
})
