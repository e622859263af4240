/**
 * What others are told about an identity: Kratos is read, compared with what was last told, and each difference is one event.
 * Hooks, the guard and the sweeps only say that it is time to look, so that asking twice tells nothing twice.
 */

import type { Transaction } from '@app/db/database'
import { newId } from '@app/db/id'
import { identityChanged } from '@app/events/identity-changed'
import { identityRegistered } from '@app/events/identity-registered'
import { enqueue } from '@app/outbox/enqueue'
import { and, eq, sql } from 'drizzle-orm'
import { forgetActivity, recordActivity } from './activity.ts'
import type { Deps } from './deps.ts'
import { isEmailVerified, type KratosIdentity, traitsDigest } from './kratos-identity.ts'
import { announceErasure } from './leaving/erase.ts'
import { forgetGuardDevices } from './limits/known-device.ts'
import type { Origin } from './origin.ts'
import { forgetActions } from './people/action-log.ts'
import { closeInvitations } from './people/open-invitations.ts'
import { type IdentityRow, identities, platformAdministrators, tupleSyncs } from './schema.ts'
import { forgetDevices } from './sessions/forget-devices.ts'
import { noteAtRegistration } from './terms/acceptances.ts'

type SyncDeps = Pick<Deps, 'app' | 'kratos' | 'revocations' | 'log'>
/** What is known after a comparison. */
export interface Known {
  readonly identity: KratosIdentity
  readonly changedAt: Date
}

type Change = 'traits' | 'verified' | 'state' | 'deleted'

/** Kratos' answer and the row are compared anew when somebody else told about the identity meanwhile. */
const maxAttempts = 5

/**
 * Tells what is new about one identity. Null when Kratos has none with this id.
 *
 * @throws {IdentityServiceDown} @throws {DatabaseDown}
 */
export async function syncIdentity(deps: SyncDeps, id: string, origin: Origin = {}): Promise<Known | null> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    // The row is read first: if nobody changes it until the write, what Kratos said in between is the newest.
    const row = await findRow(deps, id)
    const identity = await readKratos(deps, id, row)
    if (row === undefined && identity === null) return null
    const changes = changesOf(row, identity)
    if (changes.length === 0 && row !== undefined) return identity && { identity, changedAt: row.changedAt }
    if (row !== undefined && identity !== null && changes.includes('state')) await endRevivable(deps, row, identity)
    const changedAt = await tell(deps, { id, row, identity, changes, origin })
    if (changedAt === null) continue
    if (row !== undefined) await deps.revocations.publish({ scope: 'identity', id })
    return identity && { identity, changedAt }
  }
  throw new Error(`Identity ${id} keeps changing while it is compared`)
}

/** Kratos keeps the sessions of an inactive identity, and revives them with it: they end for good, on both occasions. */
async function endRevivable({ kratos }: SyncDeps, row: IdentityRow, { id, state }: KratosIdentity): Promise<void> {
  if (state === 'inactive') return await kratos.deleteSessions(id)
  // Whoever signed in since is not meant.
  const before = (await kratos.listSessions(id)).filter(({ authenticated_at: at }) => at < row.changedAt)
  for (const session of before) await kratos.endSession(session.id)
}

async function findRow({ app }: SyncDeps, id: string): Promise<IdentityRow | undefined> {
  const [row] = await app.db.select().from(identities).where(eq(identities.id, id))
  return row
}

/** A known identity counts as deleted only when Kratos says so twice and is ready in between. */
async function readKratos({ kratos }: SyncDeps, id: string, row: IdentityRow | undefined): Promise<KratosIdentity | null> {
  const identity = await kratos.getIdentity(id)
  if (identity !== null || row === undefined || row.deletedAt !== null) return identity
  const trouble = await kratos.ready.check()
  if (trouble !== null) throw new Error(`Kratos denies an identity while it is not ready: ${trouble}`)
  return await kratos.getIdentity(id)
}

/** Also what a listing shows, to decide whether a closer look is needed. */
export function changesOf(row: IdentityRow | undefined, identity: KratosIdentity | null): Change[] {
  if (row === undefined) return []
  if (identity === null) return row.deletedAt === null ? ['deleted'] : []
  const changes: Change[] = []
  if (!row.traitsDigest.equals(traitsDigest(identity))) changes.push('traits')
  if (row.emailVerified !== isEmailVerified(identity)) changes.push('verified')
  if (row.state !== identity.state || row.deletedAt !== null) changes.push('state')
  return changes
}

interface Telling {
  readonly id: string
  readonly row: IdentityRow | undefined
  readonly identity: KratosIdentity | null
  readonly changes: readonly Change[]
  readonly origin: Origin
}

/** When it was told, or null when the row is no longer what the comparison started from. */
async function tell({ app }: SyncDeps, telling: Telling): Promise<Date | null> {
  return await app.db.transaction(async (tx) => {
    const written = await writeRow(tx, telling)
    if (written === undefined) return null
    const { id, row, changes, origin } = telling
    if (row === undefined) await enqueue(tx, identityRegistered, { subject: id, version: 1, data: {}, ...origin })
    if (row === undefined && telling.identity !== null) await noteAtRegistration(tx, telling.identity)
    for (const [index, change] of changes.entries()) {
      const data = change === 'state' ? { change, state: telling.identity?.state } : { change }
      await enqueue(tx, identityChanged, { subject: id, version: (row?.version ?? 0) + 1 + index, data, ...origin })
    }
    await noteActivity(tx, telling)
    if (changes.includes('deleted')) {
      await revokeAdministrator(tx, id)
      await announceErasure(tx, id, origin)
    }
    return written.changedAt
  })
}

async function writeRow(tx: Transaction, { id, row, identity, changes }: Telling): Promise<{ changedAt: Date } | undefined> {
  const seen = identity && { state: identity.state, emailVerified: isEmailVerified(identity), traitsDigest: traitsDigest(identity) }
  if (row === undefined) {
    if (identity === null || seen === null) return undefined
    const values = { id, ...seen, version: 1, createdAt: new Date(identity.created_at) }
    const [inserted] = await tx.insert(identities).values(values).onConflictDoNothing().returning({ changedAt: identities.changedAt })
    return inserted
  }
  const gone = { deletedAt: sql`now()`, traitsDigest: Buffer.alloc(0) }
  const [updated] = await tx
    .update(identities)
    // Each telling is later than the one before, also when the clock was set back.
    .set({
      ...(seen ? { ...seen, deletedAt: null } : gone),
      version: row.version + changes.length,
      changedAt: sql`greatest(now(), ${identities.changedAt} + interval '1 millisecond')`,
    })
    .where(and(eq(identities.id, id), eq(identities.version, row.version)))
    .returning({ changedAt: identities.changedAt })
  return updated
}

async function noteActivity(tx: Transaction, { id, row, identity, changes }: Telling): Promise<void> {
  if (identity === null) {
    await forgetActivity(tx, id)
    await forgetGuardDevices(tx, id)
    await forgetActions(tx, id)
    await forgetDevices(tx, id)
    return
  }
  if (changes.includes('verified') && isEmailVerified(identity)) await closeInvitations(tx, id)
  if (row === undefined) await recordActivity(tx, { identityId: id, kind: 'registered' })
  else if (changes.includes('state'))
    await recordActivity(tx, { identityId: id, kind: identity.state === 'active' ? 'activated' : 'deactivated' })
}

/** Whoever is gone holds no rights: the id could come back by an import. */
async function revokeAdministrator(tx: Transaction, id: string): Promise<void> {
  const revoked = await tx
    .update(platformAdministrators)
    .set({ revokingAt: sql`now()` })
    .where(eq(platformAdministrators.userId, id))
    .returning({ id: platformAdministrators.userId })
  if (revoked.length > 0) await requestTupleSync(tx)
}

/** With the change of the rows: the tuples follow it. */
export async function requestTupleSync(tx: Transaction): Promise<void> {
  const request = newId()
  await tx
    .insert(tupleSyncs)
    .values({ namespace: 'Platform', object: 'vestibule', request })
    .onConflictDoUpdate({ target: [tupleSyncs.namespace, tupleSyncs.object], set: { request } })
}
