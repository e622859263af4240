import { pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const acceptedTerms = pgTable(
  'accepted_terms',
  {
    identityId: uuid('identity_id').notNull(),
    version: text('version').notNull(),
    acceptedAt: moment('accepted_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.identityId, table.version] })],
)

export const flowTerms = pgTable('flow_terms', {
  flowId: uuid('flow_id').primaryKey(),
  version: text('version').notNull(),
  acceptedAt: moment('accepted_at').notNull().defaultNow(),
})
