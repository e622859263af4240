import { bigint, customType, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { SeenFactors } from './factors/read-factors.ts'

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })

export const identityFactors = pgTable('identity_factors', {
  identityId: uuid('identity_id').primaryKey(),
  seen: jsonb('seen').$type<SeenFactors>().notNull(),
  revision: bigint('revision', { mode: 'number' }).notNull().default(1),
})

export const requiredSecondFactors = pgTable(
  'required_second_factors',
  { identityId: uuid('identity_id').notNull(), because: text('because').notNull() },
  (table) => [primaryKey({ columns: [table.identityId, table.because] })],
)

export const spentCodes = pgTable(
  'spent_codes',
  {
    identityId: uuid('identity_id').notNull(),
    codeHash: bytea('code_hash').notNull(),
    until: timestamp('until', { withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.identityId, table.codeHash] })],
)

export const passkeyNames = pgTable(
  'passkey_names',
  { identityId: uuid('identity_id').notNull(), credentialId: text('credential_id').notNull(), name: text('name').notNull() },
  (table) => [primaryKey({ columns: [table.identityId, table.credentialId] })],
)
