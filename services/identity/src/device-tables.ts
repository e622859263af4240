/** Tables about sessions and devices. */
import type { ActivityDetail, ActivityKind } from '@app/contracts/activity'
import { jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

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
