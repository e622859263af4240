import { httpUrl, secretList, smtpUrl } from '@app/config/fields'
import { type Environment, readConfig } from '@app/config/read-config'
import { connectionFields } from '@app/service/fields'
import { z } from 'zod'
import { isMailAddress } from './address.ts'
import { parseSender } from './smtp.ts'

export const Config = z.object({
  ...connectionFields,
  VESTIBULE_USERS_INTERNAL_URL: httpUrl,
  VESTIBULE_USERS_SECRET: secretList,
  VESTIBULE_CALLER_KRATOS_SECRET: secretList,
  VESTIBULE_CALLER_IDENTITY_SECRET: secretList,
  VESTIBULE_SMS_URL: z
    .union([z.literal(''), z.literal('mail'), httpUrl])
    .default('')
    .describe('the address of a gateway, or mail, or nothing'),
  VESTIBULE_SMS_KEY: z.string().default('').describe('the bearer secret of the gateway'),
  VESTIBULE_SMTP_URL: smtpUrl,
  VESTIBULE_MAIL_FROM: z
    .string()
    .refine((from) => isMailAddress(parseSender(from).address))
    .describe('a sender such as Vestibule <no-reply@example.org>'),
})
export type Config = z.infer<typeof Config>

/** @throws {ConfigError} */
export const readServiceConfig = (env: Environment): Config => readConfig(Config, env)
