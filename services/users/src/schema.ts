import type { PreferenceView } from '@app/contracts/preferences'
import { boolean, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

export const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  email: text('email'),
  emailVerified: boolean('email_verified').notNull(),
  name: text('name').notNull(),
  locale: text('locale', { enum: ['en', 'nl'] }).notNull(),
  phone: text('phone'),
  state: text('state', { enum: ['active', 'inactive'] }).notNull(),
  /** As Kratos said it, microseconds included, hence text. */
  identityUpdatedAt: timestamp('identity_updated_at', { withTimezone: true, mode: 'string' }).notNull(),
  /** Invited and not come in yet: that somebody registered is still to be told. */
  awaited: boolean('awaited').notNull().default(false),
  displayName: text('display_name'),
  timeZone: text('time_zone'),
  title: text('title'),
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  version: integer('version').notNull().default(1),
  // search_text is generated and only searched: see directory.ts.
})

export type UserRow = typeof users.$inferSelect

export const erasedUsers = pgTable('erased_users', { id: uuid('id').primaryKey() })

export const preferences = pgTable(
  'preferences',
  {
    /** A person or a guest. */
    ownerId: uuid('owner_id').notNull(),
    key: text('key').notNull(),
    value: jsonb('value').$type<PreferenceView['value']>().notNull(),
    updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.key] })],
)
