/** Tables about people who leave, and what they agreed to. */
import { jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export interface Farewell {
  readonly recipient: string
  readonly locale: 'en' | 'nl'
}

export const deletions = pgTable('deletions', {
  identityId: uuid('identity_id').primaryKey(),
  requestedAt: moment('requested_at').notNull().defaultNow(),
  dueAt: moment('due_at').notNull(),
  /** From here on there is no way back. */
  erasingAt: moment('erasing_at'),
  /** Where the last mail goes. */
  farewell: jsonb('farewell').$type<Farewell>(),
})

export const erasures = pgTable(
  'erasures',
  {
    identityId: uuid('identity_id').notNull(),
    service: text('service').notNull(),
    erasedAt: moment('erased_at').notNull().defaultNow(),
    doneAt: moment('done_at'),
  },
  (table) => [primaryKey({ columns: [table.identityId, table.service] })],
)
