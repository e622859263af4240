import { httpUrl, secretList } from '@app/config/fields'
import { type Environment, readConfig } from '@app/config/read-config'
import { connectionFields } from '@app/service/fields'
import { z } from 'zod'
import { contactFields } from './contact/config.ts'
import { leavingFields } from './leaving/rules.ts'
import { limitFields } from './limits/rules.ts'
import { peopleFields } from './people/rules.ts'
import { sessionFields } from './sessions/rules.ts'
import { termsFields } from './terms/rules.ts'

const ServeConfig = z
  .object({
    ...connectionFields,
    VESTIBULE_KRATOS_ADMIN_URL: httpUrl,
    VESTIBULE_ADMIN_SECOND_FACTOR: z.enum(['on', 'off']),
    VESTIBULE_CODE_MODE: z.enum(['passwordless', 'second-factor']),
    VESTIBULE_KETO_WRITE_URL: httpUrl,
    VESTIBULE_USERS_INTERNAL_URL: httpUrl,
    VESTIBULE_USERS_SECRET: secretList,
    VESTIBULE_CALLER_KRATOS_SECRET: secretList,
    VESTIBULE_CALLER_USERS_SECRET: secretList,
    VESTIBULE_CALLER_OPERATOR_SECRET: secretList,
    /** The first one counts: another makes the guard forget what it knew. */
    VESTIBULE_GUARD_SECRET: secretList,
    ...limitFields,
    ...sessionFields,
    ...leavingFields,
    ...contactFields,
    ...peopleFields,
    ...termsFields,
  })
  .refine((config) => config.VESTIBULE_TERMS_VERSION === '' || config.VESTIBULE_TERMS_URL !== '', {
    path: ['VESTIBULE_TERMS_URL'],
    error: 'needed where VESTIBULE_TERMS_VERSION is set',
  })
export type ServeConfig = z.output<typeof ServeConfig>

/** @throws {ConfigError} */
export function readServeConfig(env: Environment): ServeConfig {
  return readConfig(ServeConfig, env)
}
