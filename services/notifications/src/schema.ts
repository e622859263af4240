import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const time = (name: string) => timestamp(name, { withTimezone: true })

export const mails = pgTable('mails', {
  id: uuid().primaryKey(),
  kind: text().notNull(),
  channel: text({ enum: ['mail', 'sms'] })
    .notNull()
    .default('mail'),
  dedupeKey: text('dedupe_key'),
  messageKey: text('message_key').notNull(),
  recipient: text(),
  recipientHash: text('recipient_hash'),
  userId: uuid('user_id'),
  locale: text().notNull(),
  code: text(),
  link: text(),
  occurredAt: time('occurred_at'),
  expiresInMinutes: integer('expires_in_minutes'),
  requestId: text('request_id'),
  state: text({ enum: ['waiting', 'sent', 'dropped', 'dead'] })
    .notNull()
    .default('waiting'),
  attempts: integer().notNull().default(0),
  runAt: time('run_at').notNull().defaultNow(),
  reason: text(),
  createdAt: time('created_at').notNull().defaultNow(),
  finishedAt: time('finished_at'),
})

export type Mail = typeof mails.$inferSelect
