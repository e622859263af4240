/** Notifications' internal port: what goes to an address that no event may carry, such as a code to one that nobody has proven yet. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { Id, Locale } from './values.ts'

export const messageKinds = [
  /** The code with which a registration starts. */
  'registration-code',
  /** Instead of that code, to an address that has an account already. */
  'registration-known',
  /** The code for an address that is to replace another. */
  'email-code',
  /** To the address that was replaced. */
  'email-changed',
  /** The code for a phone number, as a text message. */
  'phone-code',
  'invitation',
  'set-password-link',
  /** The account is gone, and with it every other way to reach its person. */
  'deletion-done',
] as const
export const MessageKind = z.enum(messageKinds)
export type MessageKind = z.infer<typeof MessageKind>

export const Message = z.strictObject({
  /** Sent again with the same id, it changes nothing. */
  id: Id,
  kind: MessageKind,
  /** A mail address; for `phone-code` a number as E.164 writes it. */
  recipient: z.string().min(1).max(320),
  locale: Locale,
  code: z
    .string()
    .regex(/^[0-9]{4,10}$/)
    .nullable(),
  /** On our own origin. */
  link: z.url().max(2000).nullable(),
  expiresInMinutes: z.int().positive().max(100_000).nullable(),
})
export type Message = z.infer<typeof Message>

export const acceptMessage = contract({
  method: 'post',
  path: '/internal/messages',
  summary: 'Takes a message to an address; answered only when it is stored',
  body: Message,
  answers: { 200: z.object({ accepted: z.literal(true) }) },
})
