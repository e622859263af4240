/** What every service with a database reads; spread into its schema. */
import { brokerFields, databaseFields, httpUrl, serviceFields } from '@app/config/fields'
import type { z } from 'zod'

export const connectionFields = {
  ...serviceFields,
  ...databaseFields,
  ...brokerFields,
  VESTIBULE_KRATOS_PUBLIC_URL: httpUrl,
  VESTIBULE_KETO_READ_URL: httpUrl,
}
export type ConnectionConfig = z.output<z.ZodObject<typeof connectionFields>>
