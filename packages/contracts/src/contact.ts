/** Addresses and numbers of a person, each proven by a code that was sent there: served by identity. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { defineProblem } from './problem.ts'
import { Id, Locale, noContent, Timestamp } from './values.ts'

/** Wrong, expired, used, tried too often and somebody else's codes answer alike. */
export const CodeNotValid = defineProblem({ code: 'code-not-valid', status: 422, title: 'This code is not valid' })
/** Said only to who has shown the code, so to nobody who does not read what is sent there. */
export const ContactTaken = defineProblem({ code: 'contact-taken', status: 409, title: 'Another account uses this' })
/** Registering starts at `POST /registrations`. */
export const ProofRequired = defineProblem({
  code: 'registration-proof-required',
  status: 403,
  title: 'Show first that this address is yours',
})
export const PhoneNotAccepted = defineProblem({ code: 'phone-not-accepted', status: 422, title: 'We cannot send messages to this number' })

/** A number can be taken over: what opens the account is changed by who has shown something else too. */
export const TextMessageNotEnough = defineProblem({
  code: 'text-message-not-enough',
  status: 403,
  title: 'Sign in with something other than a text message to do this',
})

const Code = z
  .string()
  .trim()
  .regex(/^[0-9]{6}$/, 'Six digits')
const Email = z.string().trim().min(3).max(320)

export const ContactView = z.object({
  email: z.string().nullable(),
  emailVerified: z.boolean(),
  phone: z.string().nullable(),
  /** The beginnings of numbers that take text messages; none: there are no phones. */
  phonePrefixes: z.array(z.string()),
})
export type ContactView = z.infer<typeof ContactView>

const Started = z.object({ id: Id, expiresAt: Timestamp })

export const readContactDetails = contract({
  method: 'get',
  path: '/contact',
  summary: 'The address and number of the person who is signed in',
  answers: { 200: ContactView },
})

export const changeEmail = contract({
  method: 'post',
  path: '/contact/email',
  summary: 'Sends a code to a new address, which counts once the code came back',
  body: z.strictObject({ email: Email }),
  answers: { 202: Started },
  problems: [TextMessageNotEnough],
})

export const addPhone = contract({
  method: 'post',
  path: '/contact/phone',
  summary: 'Sends a code to a number, which counts once the code came back',
  body: z.strictObject({ phone: z.string().trim().min(4).max(30) }),
  answers: { 202: Started },
  problems: [PhoneNotAccepted, TextMessageNotEnough],
})

export const removePhone = contract({
  method: 'delete',
  path: '/contact/phone',
  summary: 'Forgets the number of the person who is signed in',
  answers: { 204: noContent },
})

export const confirmContact = contract({
  method: 'post',
  path: '/contact/{proofId}/code',
  summary: 'Shows the code that was sent to a new address or number',
  params: z.strictObject({ proofId: Id }),
  body: z.strictObject({ code: Code }),
  answers: { 200: ContactView },
  problems: [CodeNotValid, ContactTaken, PhoneNotAccepted],
})

export const startRegistration = contract({
  method: 'post',
  path: '/registrations',
  summary: 'Sends a code to an address with which somebody wants to register; answers alike whether it has an account',
  body: z.strictObject({ email: Email, locale: Locale }),
  answers: { 202: Started.extend({ secret: z.string() }) },
})

export const proveRegistration = contract({
  method: 'post',
  path: '/registrations/{registrationId}/code',
  summary: 'Shows the code, for a proof with which the address can be registered',
  params: z.strictObject({ registrationId: Id }),
  body: z.strictObject({ secret: z.string().min(1).max(100), code: Code }),
  answers: { 200: z.object({ email: z.string(), proof: z.string(), expiresAt: Timestamp }) },
  problems: [CodeNotValid],
})
