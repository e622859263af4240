/** What identity keeps of a person, without what opens an account and without anybody else. */
import type { ArchiveParts } from '@app/contracts/archive'
import { NotSignedIn } from '@app/contracts/common-problems'
import type { UserActor } from '@app/http/actor'
import { asc, eq } from 'drizzle-orm'
import { contactProofs } from '../contact/tables.ts'
import type { Deps } from '../deps.ts'
import { accountActivity, accountDevices } from '../device-tables.ts'
import { readOwnSecurity } from '../factors/own-security.ts'
import { impersonations } from '../impersonation/table.ts'
import { isEmailVerified, type KratosIdentity } from '../kratos-identity.ts'
import { deletions } from '../leaving/tables.ts'
import { administratorActions, guests, setupLinks } from '../schema.ts'
import { listSessions } from '../sessions/list-sessions.ts'
import { acceptedTerms } from '../terms/table.ts'

type Rows = ArchiveParts[string]

/** @throws {NotSignedIn} the identity is gone. @throws {IdentityServiceDown} @throws {DatabaseDown} */
export async function ownParts(deps: Deps, { userId, sessionId }: UserActor, requestId: string): Promise<[KratosIdentity, ArchiveParts]> {
  const identity = await deps.kratos.getIdentity(userId)
  if (identity === null) throw NotSignedIn()
  const [security, sessions, kept] = await Promise.all([
    readOwnSecurity(deps, userId),
    listSessions(deps, userId, sessionId, { requestId }),
    keptRows(deps, userId),
  ])
  const { state, traits, created_at: createdAt } = identity
  const account = json([{ id: userId, state, createdAt, emailVerified: isEmailVerified(identity), ...traits }])
  return [identity, { account, waysIn: json([security]), sessions: json(sessions), ...kept }]
}

async function keptRows({ app: { db } }: Deps, userId: string): Promise<ArchiveParts> {
  const [activity, devices, contacts, actions, acted, links, leaving, asGuest, terms] = await Promise.all([
    db.select().from(accountActivity).where(eq(accountActivity.identityId, userId)).orderBy(asc(accountActivity.id)),
    db.select().from(accountDevices).where(eq(accountDevices.identityId, userId)),
    db.select().from(contactProofs).where(eq(contactProofs.identityId, userId)),
    db.select().from(administratorActions).where(eq(administratorActions.identityId, userId)),
    db.select().from(impersonations).where(eq(impersonations.userId, userId)),
    db.select().from(setupLinks).where(eq(setupLinks.identityId, userId)),
    db.select().from(deletions).where(eq(deletions.identityId, userId)),
    db.select().from(guests).where(eq(guests.userId, userId)),
    db.select().from(acceptedTerms).where(eq(acceptedTerms.identityId, userId)).orderBy(asc(acceptedTerms.acceptedAt)),
  ])
  return {
    activity: json(activity.map(({ identityId: _, ...row }) => row)),
    devices: json(devices.map(({ id, firstSeenAt, lastSeenAt, push }) => ({ id, firstSeenAt, lastSeenAt, takesMessages: push !== null }))),
    contactChanges: json(
      contacts.map(({ purpose, target, createdAt, provenAt, usedAt }) => ({ purpose, target, createdAt, provenAt, usedAt })),
    ),
    // Who it was is somebody else's data.
    administratorActions: json(actions.map(({ kind, reason, at, doneAt }) => ({ kind, reason, at, doneAt }))),
    impersonations: json(acted.map(({ id: _, administratorId: __, sessionId: ___, userId: ____, ...row }) => row)),
    links: json(
      links.map(({ purpose, createdAt, expiresAt, usedAt, withdrawnAt }) => ({ purpose, createdAt, expiresAt, usedAt, withdrawnAt })),
    ),
    deletion: json(leaving.map(({ requestedAt, dueAt }) => ({ requestedAt, dueAt }))),
    asGuest: json(asGuest.map(({ createdAt, mergedAt }) => ({ createdAt, mergedAt }))),
    acceptedTerms: json(terms.map(({ version, acceptedAt }) => ({ version, acceptedAt }))),
  }
}

/** Times as text. */
function json(rows: readonly object[]): Rows {
  return JSON.parse(JSON.stringify(rows)) as Rows
}
