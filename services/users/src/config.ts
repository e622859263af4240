import { brokerFields, databaseFields, httpUrl, migrateFields, secretList, serviceFields } from '@app/config/fields'
import { type Environment, readConfig } from '@app/config/read-config'
import { z } from 'zod'

export const Config = z.object({
  ...serviceFields,
  ...databaseFields,
  ...brokerFields,
  VESTIBULE_KRATOS_PUBLIC_URL: httpUrl,
  VESTIBULE_KETO_READ_URL: httpUrl,
  VESTIBULE_IDENTITY_INTERNAL_URL: httpUrl,
  VESTIBULE_IDENTITY_SECRET: secretList,
  VESTIBULE_CALLER_NOTIFICATIONS_SECRET: secretList,
})
export type Config = z.infer<typeof Config>

/** @throws {ConfigError} */
export const readServiceConfig = (env: Environment): Config => readConfig(Config, env)

/** @throws {ConfigError} */
export const readMigrateConfig = (env: Environment) => readConfig(z.object(migrateFields), env)
