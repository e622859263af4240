/**
 * Links that go out by mail. Row and token are one commit; the mail is handed over afterwards, as often as it takes, always with the
 * same id and link. From then on only a hash of the token is left.
 */
import { acceptMessage, type Message } from '@app/contracts/internal-messages'
import type { Transaction } from '@app/db/database'
import { newId } from '@app/db/id'
import { and, asc, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { type KratosIdentity, textTrait } from '../kratos-identity.ts'
import { type SetupLinkRow, setupLinks } from '../schema.ts'
import { hashOf, linkWith, newToken } from '../setup-links.ts'

export type MailedPurpose = Exclude<SetupLinkRow['purpose'], 'operator'>

const batch = 50
const kinds = { invitation: 'invitation', 'sign-in': 'set-password-link' } as const satisfies Record<MailedPurpose, Message['kind']>

/** A token nobody has seen, and what is stored about it. */
export function freshLink({ peopleRules }: Pick<Deps, 'peopleRules'>, identity: KratosIdentity, purpose: MailedPurpose, sentBy: string) {
  const token = newToken()
  const hours = purpose === 'invitation' ? peopleRules.invitationHours : peopleRules.signInLinkHours
  return {
    sentBy,
    addressHash: hashOf((textTrait(identity, 'email') ?? '').toLowerCase()),
    tokenHash: hashOf(token),
    unsentToken: token,
    messageId: newId(),
    createdAt: sql`now()`,
    expiresAt: sql`now() + make_interval(hours => ${hours})`,
    claim: null,
    claimedUntil: null,
  }
}

/** The links of somebody who may not come in any more. */
export async function withdrawLinks(tx: Transaction, identityId: string, by: string): Promise<void> {
  await tx
    .update(setupLinks)
    .set({ withdrawnAt: sql`now()`, withdrawnBy: by, unsentToken: null })
    .where(and(eq(setupLinks.identityId, identityId), isNull(setupLinks.usedAt), isNull(setupLinks.withdrawnAt)))
}

/** Hands this mail over now if that goes quickly; the worker repeats what fails. */
export async function mailSoon(deps: Deps, linkId: string): Promise<void> {
  try {
    const [link] = await deps.app.db.select().from(setupLinks).where(eq(setupLinks.id, linkId))
    if (link) await handOver(deps, link)
  } catch (error) {
    deps.log.warn({ err: error }, 'a link is not on its way yet')
  }
}

/** One round over the links whose mail was not handed over. @throws {DependencyDown} @throws {IdentityServiceDown} they stay on the list */
export async function mailLinks(deps: Deps): Promise<void> {
  const due = await deps.system.db
    .select()
    .from(setupLinks)
    .where(isNotNull(setupLinks.unsentToken))
    .orderBy(asc(setupLinks.createdAt))
    .limit(batch)
  for (const link of due) await handOver(deps, link)
}

async function handOver(deps: Deps, link: SetupLinkRow): Promise<void> {
  const { id, purpose, unsentToken: token, messageId } = link
  if (token === null || messageId === null || purpose === 'operator') return
  const identity = await deps.kratos.getIdentity(link.identityId)
  const email = identity && textTrait(identity, 'email')
  const minutes = Math.floor((link.expiresAt.getTime() - deps.clock().getTime()) / 60_000)
  // Gone, another address by now, or too late: a mail would open nothing.
  if (identity && email && minutes > 0 && link.addressHash?.equals(hashOf(email.toLowerCase()))) {
    const locale: Message['locale'] = identity.traits['locale'] === 'nl' ? 'nl' : 'en'
    const body = {
      id: messageId,
      kind: kinds[purpose],
      recipient: email,
      locale,
      code: null,
      link: linkWith(deps.publicOrigin, token),
      expiresInMinutes: minutes,
    }
    await deps.notifications.call(acceptMessage, { body })
  }
  await deps.app.db
    .update(setupLinks)
    .set({ unsentToken: null })
    .where(and(eq(setupLinks.id, id), eq(setupLinks.messageId, messageId)))
}
