/** The guard's table of devices; its counts are kept by functions in the database. */
import { customType, pgTable, primaryKey, timestamp, uuid } from 'drizzle-orm/pg-core'

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })
const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const guardDevices = pgTable(
  'guard_devices',
  {
    deviceId: uuid('device_id').notNull(),
    accountKey: bytea('account_key').notNull(),
    identityId: uuid('identity_id').notNull(),
    usedAt: moment('used_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.deviceId, table.accountKey] })],
)
