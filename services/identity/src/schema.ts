import type { AdministratorActionKind } from '@app/contracts/people'
import { bigint as bigintColumn, boolean, customType, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })
const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const identities = pgTable('identities', {
  id: uuid('id').primaryKey(),
  state: text('state', { enum: ['active', 'inactive'] }).notNull(),
  emailVerified: boolean('email_verified').notNull(),
  traitsDigest: bytea('traits_digest').notNull(),
  version: bigintColumn('version', { mode: 'number' }).notNull(),
  createdAt: moment('created_at').notNull(),
  changedAt: moment('changed_at').notNull().defaultNow(),
  deletedAt: moment('deleted_at'),
})
export type IdentityRow = typeof identities.$inferSelect

export const pendingSyncs = pgTable('pending_syncs', {
  id: uuid('id').primaryKey(),
  kind: text('kind', { enum: ['identifier', 'identity', 'unverified', 'sessions'] }).notNull(),
  subject: text('subject').notNull(),
  attempts: integer('attempts').notNull().default(0),
  dueAt: moment('due_at').notNull(),
})
export type PendingSync = typeof pendingSyncs.$inferSelect

export const platformAdministrators = pgTable('platform_administrators', {
  userId: uuid('user_id').primaryKey(),
  createdAt: moment('created_at').notNull().defaultNow(),
  revokingAt: moment('revoking_at'),
  /** Deactivated: cannot sign in, keeps the right. */
  suspendedAt: moment('suspended_at'),
})

export const tupleSyncs = pgTable(
  'tuple_syncs',
  {
    namespace: text('namespace').notNull(),
    object: text('object').notNull(),
    request: uuid('request').notNull(),
  },
  (table) => [primaryKey({ columns: [table.namespace, table.object] })],
)

export const fullSweep = pgTable('full_sweep', {
  onlyRow: boolean('only_row').primaryKey().default(true),
  nextRunAt: moment('next_run_at').notNull(),
  position: uuid('position'),
})

export const setupLinks = pgTable('setup_links', {
  id: uuid('id').primaryKey(),
  identityId: uuid('identity_id').notNull(),
  tokenHash: bytea('token_hash').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
  expiresAt: moment('expires_at').notNull(),
  claimedUntil: moment('claimed_until'),
  claim: uuid('claim'),
  usedAt: moment('used_at'),
  purpose: text('purpose', { enum: ['operator', 'invitation', 'sign-in'] })
    .notNull()
    .default('operator'),
  sentBy: uuid('sent_by'),
  addressHash: bytea('address_hash'),
  withdrawnAt: moment('withdrawn_at'),
  withdrawnBy: uuid('withdrawn_by'),
  messageId: uuid('message_id'),
  unsentToken: text('unsent_token'),
})
export type SetupLinkRow = typeof setupLinks.$inferSelect

export const administratorActions = pgTable('administrator_actions', {
  id: uuid('id').primaryKey(),
  identityId: uuid('identity_id').notNull(),
  kind: text('kind').$type<AdministratorActionKind>().notNull(),
  byId: uuid('by_id').notNull(),
  reason: text('reason').notNull(),
  at: moment('at').notNull().defaultNow(),
  doneAt: moment('done_at'),
})

export const guests = pgTable('guests', {
  id: uuid('id').primaryKey(),
  createdAt: moment('created_at').notNull().defaultNow(),
  expiresAt: moment('expires_at').notNull(),
  /** The person that the guest has become. */
  userId: uuid('user_id'),
  mergedAt: moment('merged_at'),
  closedAt: moment('closed_at'),
})

export const guestArrivals = pgTable(
  'guest_arrivals',
  { addressRange: text('address_range').notNull(), minute: moment('minute').notNull(), count: integer('count').notNull().default(1) },
  (table) => [primaryKey({ columns: [table.addressRange, table.minute] })],
)
