import { httpUrl, secret, secretList } from '@app/config/fields'
import { z } from 'zod'

export const contactFields = {
  VESTIBULE_NOTIFICATIONS_INTERNAL_URL: httpUrl,
  VESTIBULE_NOTIFICATIONS_SECRET: secretList,
  /** `required`: only an address whose code came back is registered. */
  VESTIBULE_REGISTRATION_PROOF: z.enum(['required', 'off']).default('required').describe('required or off'),
  /** With it the hashes of codes are made; codes that were sent before it changed stop working. */
  VESTIBULE_CODE_KEY: secret,
  /** Every text message costs money, and some numbers earn it for whoever asks for them: so the countries are named. */
  VESTIBULE_SMS_PREFIXES: z
    .string()
    .regex(/^(none|\+[1-9][0-9]{0,6}(,\+[1-9][0-9]{0,6})*)?$/)
    .transform((text) => (text === '' || text === 'none' ? [] : text.split(',')))
    .default([])
    .describe('beginnings of numbers such as +31,+32, or none'),
}
