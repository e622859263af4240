/** Somebody is gone from Kratos: what this service knew of them goes in the same step in which all others are told. */

import type { Transaction } from '@app/db/database'
import { personErased } from '@app/events/person-erased'
import { eq, sql } from 'drizzle-orm'
import { queueMessage } from '../contact/messages.ts'
import type { Origin } from '../origin.ts'
import { tellAbout } from '../tell.ts'
import { deletions, erasures } from './tables.ts'

/** Every service that keeps rows of people; each answers `identity.person.erased.v1` with an event of its own. */
const awaitedServices = ['users', 'notifications'] as const
export type AwaitedService = (typeof awaitedServices)[number]

/** With the row that says that the identity is gone, so it is told exactly once. */
export async function announceErasure(tx: Transaction, identityId: string, origin: Origin): Promise<void> {
  await sayFarewell(tx, identityId)
  await deleteRows(tx, identityId)
  await tx
    .insert(erasures)
    .values(awaitedServices.map((service) => ({ identityId, service })))
    // An id can come back by an import, and go again.
    .onConflictDoUpdate({ target: [erasures.identityId, erasures.service], set: { erasedAt: sql`now()`, doneAt: null } })
  await tellAbout(tx, personErased, identityId, {}, { ...origin, actor: null })
}

/** The address lives on in the message alone, until notifications has it. Whose account was removed by others has none here. */
async function sayFarewell(tx: Transaction, identityId: string): Promise<void> {
  const [deletion] = await tx.select({ farewell: deletions.farewell }).from(deletions).where(eq(deletions.identityId, identityId))
  if (!deletion?.farewell) return
  await queueMessage(tx, { kind: 'deletion-done', ...deletion.farewell })
  await tx.execute(sql`delete from contact_proofs where target = ${deletion.farewell.recipient}`)
}

/** From every table that names an identity, also those that are yet to come: what is to stay has to be left out here. */
async function deleteRows(tx: Transaction, identityId: string): Promise<void> {
  const tables = await tx.execute<{ name: string }>(sql`
    select table_name as name from information_schema.columns
    where table_schema = current_schema() and column_name = 'identity_id' and table_name <> 'erasures'`)
  for (const { name } of tables) await tx.execute(sql`delete from ${sql.identifier(name)} where identity_id = ${identityId}`)
  await tx.execute(sql`update contact_proofs set taken_from = null where taken_from = ${identityId}`)
  // One whose own identity is still to be removed goes by itself, within seconds.
  await tx.execute(sql`delete from guests where user_id = ${identityId} and closed_at is not null`)
  await tx.execute(sql`delete from impersonations where user_id = ${identityId}`)
}

/** A service has said that it keeps nothing any more. Repeatable. */
export async function noteErased(tx: Transaction, identityId: string, service: AwaitedService): Promise<void> {
  await tx.execute(sql`update erasures set done_at = now() where identity_id = ${identityId} and service = ${service} and done_at is null`)
}
