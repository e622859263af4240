import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const impersonations = pgTable('impersonations', {
  id: uuid('id').primaryKey(),
  administratorId: uuid('administrator_id').notNull(),
  sessionId: uuid('session_id').notNull(),
  userId: uuid('user_id').notNull(),
  reason: text('reason').notNull(),
  minutes: integer('minutes').notNull(),
  consent: text('consent', { enum: ['required', 'waived'] }).notNull(),
  requestedAt: moment('requested_at').notNull().defaultNow(),
  answerBy: moment('answer_by').notNull(),
  startedAt: moment('started_at'),
  endsAt: moment('ends_at'),
  closedAt: moment('closed_at'),
  closedBy: text('closed_by', { enum: ['administrator', 'person', 'time'] }),
})
export type ImpersonationRow = typeof impersonations.$inferSelect
