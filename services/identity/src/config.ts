import { brokerFields, databaseFields, httpUrl, migrateFields, secretList, serviceFields } from '@app/config/fields'
import { type Environment, readConfig } from '@app/config/read-config'
import { z } from 'zod'
import { sessionFields } from './sessions/rules.ts'

const ServeConfig = z.object({
  ...serviceFields,
  ...databaseFields,
  ...brokerFields,
  VESTIBULE_KRATOS_PUBLIC_URL: httpUrl,
  VESTIBULE_KRATOS_ADMIN_URL: httpUrl,
  VESTIBULE_KETO_READ_URL: httpUrl,
  VESTIBULE_KETO_WRITE_URL: httpUrl,
  VESTIBULE_CALLER_KRATOS_SECRET: secretList,
  VESTIBULE_CALLER_USERS_SECRET: secretList,
  VESTIBULE_CALLER_OPERATOR_SECRET: secretList,
  ...sessionFields,
})
export type ServeConfig = z.output<typeof ServeConfig>

const MigrateConfig = z.object(migrateFields)

/** @throws {ConfigError} */
export function readServeConfig(env: Environment): ServeConfig {
  return readConfig(ServeConfig, env)
}

/** What `migrate` needs; only it gets the owner's password. @throws {ConfigError} */
export function readMigrateConfig(env: Environment): z.output<typeof MigrateConfig> {
  return readConfig(MigrateConfig, env)
}
