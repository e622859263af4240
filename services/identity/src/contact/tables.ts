/** Tables about addresses and numbers that are being proven. */
import type { Message } from '@app/contracts/internal-messages'
import { customType, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })
const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const contactProofs = pgTable('contact_proofs', {
  id: uuid('id').primaryKey(),
  purpose: text('purpose', { enum: ['registration', 'email', 'phone'] }).notNull(),
  target: text('target').notNull(),
  identityId: uuid('identity_id'),
  secretHash: bytea('secret_hash'),
  codeHash: bytea('code_hash'),
  tries: integer('tries').notNull().default(0),
  createdAt: moment('created_at').notNull().defaultNow(),
  expiresAt: moment('expires_at').notNull(),
  provenAt: moment('proven_at'),
  replaces: text('replaces'),
  takenFrom: uuid('taken_from'),
  flowId: uuid('flow_id'),
  usedAt: moment('used_at'),
})
export type ContactProof = typeof contactProofs.$inferSelect

export const outgoingMessages = pgTable('outgoing_messages', {
  id: uuid('id').primaryKey(),
  message: jsonb('message').$type<Message>().notNull(),
  attempts: integer('attempts').notNull().default(0),
  dueAt: moment('due_at').notNull().defaultNow(),
  createdAt: moment('created_at').notNull().defaultNow(),
})
