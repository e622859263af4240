import { httpUrl, secretList } from '@app/config/fields'
import { type Environment, readConfig } from '@app/config/read-config'
import { connectionFields } from '@app/service/fields'
import { z } from 'zod'

export const Config = z.object({
  ...connectionFields,
  VESTIBULE_IDENTITY_INTERNAL_URL: httpUrl,
  VESTIBULE_IDENTITY_SECRET: secretList,
  VESTIBULE_CALLER_NOTIFICATIONS_SECRET: secretList,
  VESTIBULE_CALLER_IDENTITY_SECRET: secretList,
})
export type Config = z.infer<typeof Config>

/** @throws {ConfigError} */
export const readServiceConfig = (env: Environment): Config => readConfig(Config, env)
