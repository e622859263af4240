/** Tables about sessions and devices. */
import type { ActivityDetail, ActivityKind } from '@app/contracts/activity'
import type { PushTarget } from '@app/contracts/sessions'
import { boolean, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const accountActivity = pgTable('account_activity', {
  id: uuid('id').primaryKey(),
  identityId: uuid('identity_id').notNull(),
  kind: text('kind').$type<ActivityKind>().notNull(),
  sessionId: uuid('session_id'),
  address: text('address'),
  userAgent: text('user_agent'),
  detail: jsonb('detail').$type<ActivityDetail>().notNull(),
  at: moment('at').notNull().defaultNow(),
})
export type ActivityRow = typeof accountActivity.$inferSelect

export const accountDevices = pgTable(
  'account_devices',
  {
    identityId: uuid('identity_id').notNull(),
    id: uuid('id').notNull(),
    firstSeenAt: moment('first_seen_at').notNull().defaultNow(),
    lastSeenAt: moment('last_seen_at').notNull().defaultNow(),
    push: jsonb('push').$type<PushTarget | null>(),
  },
  (table) => [primaryKey({ columns: [table.identityId, table.id] })],
)

export const accountSessions = pgTable('account_sessions', {
  id: uuid('id').primaryKey(),
  identityId: uuid('identity_id').notNull(),
  deviceId: uuid('device_id'),
  native: boolean('native').notNull(),
  method: text('method').notNull(),
  address: text('address'),
  userAgent: text('user_agent'),
  signedInAt: moment('signed_in_at').notNull(),
  lastSeenAt: moment('last_seen_at').notNull().defaultNow(),
  expiresAt: moment('expires_at').notNull(),
})
