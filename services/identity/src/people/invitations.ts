/** Administrators invite people: identity, link and event first, then the mail. */
import { SubmissionInProgress } from '@app/contracts/common-problems'
import type { BodyOf, QueryOf } from '@app/contracts/contract'
import {
  InvitationNotFound,
  InvitationOver,
  type InvitationView,
  type invitePerson as invitePersonContract,
  type listInvitations as listInvitationsContract,
  PersonExists,
} from '@app/contracts/people'
import { decodeCursor, encodeCursor } from '@app/db/cursor'
import type { Transaction } from '@app/db/database'
import { isUniqueViolation } from '@app/db/errors'
import { newId } from '@app/db/id'
import { personInvited } from '@app/events/person-invited'
import { and, desc, eq, getTableColumns, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import { recordActivity } from '../activity.ts'
import type { Deps } from '../deps.ts'
import { awaitsPerson, type KratosIdentity, textTrait } from '../kratos-identity.ts'
import { readNewPerson } from '../new-person.ts'
import { expectChange, settleChange } from '../pending.ts'
import { type SetupLinkRow, setupLinks } from '../schema.ts'
import { tellAbout } from '../tell.ts'
import { freshLink, mailSoon } from './mailed-links.ts'
import { isOpen, isUnclaimed } from './open-invitations.ts'

/** Who asks, and for what request. */
export interface Caller {
  readonly actor: { readonly kind: 'user'; readonly userId: string; readonly actedById?: string }
  readonly requestId: string
  readonly traceparent?: string | undefined
}

/** Expiry by the database's clock. */
const columns = { ...getTableColumns(setupLinks), expired: sql<boolean>`${setupLinks.expiresAt} <= now()` }
type InvitationRow = SetupLinkRow & { readonly expired: boolean }

/**
 * Repeatable: an address whose invitation is open answers that one, and no second mail goes out.
 *
 * @throws {InvalidRequest} an address or name that registration would refuse.
 * @throws {PersonExists} somebody with this address has come in, or registered without an invitation.
 */
export async function invite(deps: Deps, caller: Caller, body: BodyOf<typeof invitePersonContract>) {
  const wanted = readNewPerson(body)
  await expectChange(deps.app.db, 'identifier', wanted.email)
  const created = (await deps.kratos.findIdentity(wanted.email)) === null ? await deps.kratos.createInvited(wanted) : null
  const identity = created ?? (await deps.kratos.findIdentity(wanted.email))
  if (identity === null || !awaitsPerson(identity) || identity.state !== 'active') throw PersonExists()
  await settleChange(deps, identity.id, { requestId: caller.requestId })
  const known = await openInvitation(deps, identity.id)
  if (known?.expired) return { created: false, view: await resend(deps, caller, known.id) }
  if (known) return { created: false, view: viewOf(known, identity) }
  const made = await storeInvitation(deps, caller, identity)
  if (made === null) throw SubmissionInProgress(undefined, { retryAfterSeconds: 1 })
  await mailSoon(deps, made)
  return { created: true, view: await readView(deps, made) }
}

async function openInvitation({ app }: Deps, identityId: string): Promise<InvitationRow | undefined> {
  const [row] = await app.db
    .select(columns)
    .from(setupLinks)
    .where(and(isOpen, eq(setupLinks.identityId, identityId)))
  return row
}

/** Null when somebody else has just done the same. */
async function storeInvitation(deps: Deps, caller: Caller, identity: KratosIdentity): Promise<string | null> {
  const id = newId()
  try {
    await deps.app.db.transaction(async (tx) => {
      const link = freshLink(deps, identity, 'invitation', caller.actor.userId)
      await tx.insert(setupLinks).values({ id, identityId: identity.id, purpose: 'invitation', ...link })
      await tellInvited(tx, caller, identity.id, id, false)
    })
  } catch (error) {
    if (isUniqueViolation(error, 'setup_links_one_open')) return null
    throw error
  }
  return id
}

async function tellInvited(tx: Transaction, caller: Caller, identityId: string, invitationId: string, again: boolean): Promise<void> {
  await tellAbout(tx, personInvited, identityId, { invitationId, again }, caller)
  await recordActivity(tx, { identityId, kind: 'invited', detail: { again } })
}

/** Newest first. */
export async function listInvitations(deps: Deps, { limit, cursor }: QueryOf<typeof listInvitationsContract>) {
  const before = cursor === undefined ? undefined : lt(setupLinks.id, decodeCursor(z.uuid(), cursor))
  const rows = await deps.app.db
    .select(columns)
    .from(setupLinks)
    .where(and(isOpen, before))
    .orderBy(desc(setupLinks.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const found = await deps.kratos.listByIds(page.map(({ identityId }) => identityId))
  const byId = new Map(found.map((identity) => [identity.id, identity]))
  const items = page.map((row) => viewOf(row, byId.get(row.identityId) ?? null))
  const last = page.at(-1)
  return { items, nextCursor: last && rows.length > page.length ? encodeCursor(last.id) : null }
}

/**
 * A new link under the same invitation. One conditional update decides between this, a withdrawal and somebody who comes in.
 *
 * @throws {InvitationNotFound} @throws {InvitationOver} @throws {SubmissionInProgress} somebody is coming in with it just now.
 */
export async function resend(deps: Deps, caller: Caller, invitationId: string): Promise<InvitationView> {
  const { identityId } = await readRow(deps, invitationId)
  const identity = await deps.kratos.getIdentity(identityId)
  if (identity === null || identity.state !== 'active' || !awaitsPerson(identity)) throw InvitationOver()
  const sent = await deps.app.db.transaction(async (tx) => {
    const [row] = await tx
      .update(setupLinks)
      .set(freshLink(deps, identity, 'invitation', caller.actor.userId))
      .where(and(eq(setupLinks.id, invitationId), isOpen, isUnclaimed))
      .returning({ id: setupLinks.id })
    if (row) await tellInvited(tx, caller, identityId, invitationId, true)
    return row !== undefined
  })
  if (!sent) throw await whyNot(deps, invitationId)
  await mailSoon(deps, invitationId)
  return await readView(deps, invitationId)
}

/** Repeatable. @throws {InvitationNotFound} @throws {InvitationOver} it was accepted. */
export async function withdraw(deps: Deps, caller: Caller, invitationId: string): Promise<InvitationView> {
  await deps.app.db
    .update(setupLinks)
    .set({ withdrawnAt: sql`now()`, withdrawnBy: caller.actor.userId, unsentToken: null })
    .where(and(eq(setupLinks.id, invitationId), isOpen))
  const view = await readView(deps, invitationId)
  if (view.state !== 'withdrawn') throw InvitationOver()
  return view
}

async function whyNot(deps: Deps, invitationId: string): Promise<Error> {
  const { state } = await readView(deps, invitationId)
  return state === 'open' || state === 'expired' ? SubmissionInProgress(undefined, { retryAfterSeconds: 5 }) : InvitationOver()
}

async function readRow({ app }: Deps, id: string): Promise<InvitationRow> {
  const [row] = await app.db
    .select(columns)
    .from(setupLinks)
    .where(and(eq(setupLinks.id, id), eq(setupLinks.purpose, 'invitation')))
  if (row === undefined) throw InvitationNotFound()
  return row
}

async function readView(deps: Deps, id: string): Promise<InvitationView> {
  const row = await readRow(deps, id)
  return viewOf(row, await deps.kratos.getIdentity(row.identityId))
}

/** The newest, whatever became of it. */
export async function invitationOf(deps: Deps, identity: KratosIdentity): Promise<InvitationView | null> {
  const [row] = await deps.app.db
    .select(columns)
    .from(setupLinks)
    .where(and(eq(setupLinks.identityId, identity.id), eq(setupLinks.purpose, 'invitation')))
    .orderBy(desc(setupLinks.id))
    .limit(1)
  return row ? viewOf(row, identity) : null
}

function viewOf(row: InvitationRow, identity: KratosIdentity | null): InvitationView {
  return {
    id: row.id,
    personId: row.identityId,
    email: identity && textTrait(identity, 'email'),
    name: (identity && textTrait(identity, 'name')) ?? '',
    state: row.usedAt ? 'accepted' : row.withdrawnAt ? 'withdrawn' : row.expired ? 'expired' : 'open',
    handedOver: row.unsentToken === null,
    sentAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }
}
