/** Notifications' internal port: the channel of Kratos' courier. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { defineProblem } from './problem.ts'

/** Kratos asks again until it is answered 200, so nothing is lost: a later version may know the template. */
export const MailNotKnown = defineProblem({ code: 'mail-not-known', status: 422, title: 'No text is known for this message' })

/** Written by the courier's jsonnet. */
export const CourierMessage = z.strictObject({
  recipient: z.string().min(1).max(320),
  /** Kratos' template, e.g. `verification_code_valid`. */
  template: z.string().min(1).max(100),
  /** `email`, `sms`, … as Kratos says it. */
  messageType: z.string().max(20),
  code: z.string().max(100).nullable(),
  link: z.string().max(4000).nullable(),
  locale: z.string().max(35).nullable(),
  expiresInMinutes: z.number().nonnegative().nullable(),
})
export type CourierMessage = z.infer<typeof CourierMessage>

export const acceptCourierMessage = contract({
  method: 'post',
  path: '/internal/courier',
  summary: 'Takes a message from Kratos; answered only when it is stored',
  body: CourierMessage,
  answers: { 200: z.object({ accepted: z.literal(true) }) },
  problems: [MailNotKnown],
})
