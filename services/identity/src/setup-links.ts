/** One-time links with which somebody gets in without a password. What is kept is a hash of the token. */
import { createHash, randomBytes } from 'node:crypto'
import { type LinkPurpose, SetupLinkInvalid } from '@app/contracts/setup-links'
import type { Transaction } from '@app/db/database'
import { newId } from '@app/db/id'
import { and, eq, gt, isNull, lt, or, sql } from 'drizzle-orm'
import type { Deps } from './deps.ts'
import type { JsonPatch } from './kratos-admin.ts'
import { isEmailVerified, isInvited, type KratosIdentity, textTrait } from './kratos-identity.ts'
import { expectChange, settleChange } from './pending.ts'
import { type SetupLinkRow, setupLinks } from './schema.ts'

const lifespanHours = 24
/** Longer than all calls to Kratos that a redemption makes, each of which is given 5 s. */
const claimSeconds = 40
/** The person is sent to the recovery flow at once. */
const codeLifespan = '15m'

export interface SetupLink {
  readonly link: string
  readonly expiresAt: string
}

/** A link for this identity; earlier ones that were not used stop working. */
export async function makeSetupLink(tx: Transaction, publicOrigin: string, identityId: string): Promise<SetupLink> {
  const token = newToken()
  await tx.delete(setupLinks).where(eq(setupLinks.identityId, identityId))
  const [made] = await tx
    .insert(setupLinks)
    .values({ id: newId(), identityId, tokenHash: hashOf(token), expiresAt: sql`now() + make_interval(hours => ${lifespanHours})` })
    .returning({ expiresAt: setupLinks.expiresAt })
  if (made === undefined) throw new Error('The link was not stored')
  return { link: linkWith(publicOrigin, token), expiresAt: made.expiresAt.toISOString() }
}

export const newToken = (): string => randomBytes(32).toString('base64url')

/** In the fragment, which browsers send to nobody: not to a log, not as a referrer. */
export const linkWith = (publicOrigin: string, token: string): string => `${publicOrigin}/setup#${token}`

export interface Redeemed {
  readonly purpose: LinkPurpose
  readonly flowId: string
  readonly code: string
}

/**
 * Uses a link up, for a recovery flow and the code that it takes.
 *
 * @throws {SetupLinkInvalid} unknown, used, withdrawn, expired, being used, for an identity that is gone or may not come in: all alike.
 * @throws {IdentityServiceDown} the link can be used again.
 */
export async function redeemSetupLink(deps: Deps, token: string, requestId: string): Promise<Redeemed> {
  const claim = newId()
  const link = await claimLink(deps, token, claim)
  if (link === undefined) throw SetupLinkInvalid()
  let recovery: { flowId: string; code: string } | null
  try {
    recovery = await openDoor(deps, link, requestId)
  } catch (error) {
    await giveBack(deps, claim, error)
    throw error
  }
  if (recovery === null) throw SetupLinkInvalid()
  // Withdrawn, replaced or sent anew meanwhile: then nobody is told the code.
  const [used] = await deps.app.db
    .update(setupLinks)
    .set({ usedAt: sql`now()`, unsentToken: null })
    .where(and(eq(setupLinks.claim, claim), isNull(setupLinks.withdrawnAt)))
    .returning({ id: setupLinks.id })
  if (used === undefined) throw SetupLinkInvalid()
  return { purpose: link.purpose, ...recovery }
}

/** One statement decides the race: of two who come at once one gets the row. */
async function claimLink({ app }: Deps, token: string, claim: string) {
  const [link] = await app.db
    .update(setupLinks)
    .set({ claim, claimedUntil: sql`now() + make_interval(secs => ${claimSeconds})` })
    .where(
      and(
        eq(setupLinks.tokenHash, hashOf(token)),
        isNull(setupLinks.usedAt),
        isNull(setupLinks.withdrawnAt),
        gt(setupLinks.expiresAt, sql`now()`),
        or(isNull(setupLinks.claimedUntil), lt(setupLinks.claimedUntil, sql`now()`)),
      ),
    )
    .returning({ identityId: setupLinks.identityId, purpose: setupLinks.purpose, addressHash: setupLinks.addressHash })
  return link
}

/** When this fails too, the claim ends by itself. */
async function giveBack({ app, log }: Deps, claim: string, reason: unknown): Promise<void> {
  try {
    await app.db.update(setupLinks).set({ claim: null, claimedUntil: null }).where(eq(setupLinks.claim, claim))
  } catch (error) {
    log.warn({ err: new AggregateError([reason, error], 'a setup link was not given back') }, 'a setup link stays claimed for a while')
  }
}

type ClaimedLink = Pick<SetupLinkRow, 'identityId' | 'purpose' | 'addressHash'>

/** Makes the identity usable and opens a recovery flow; null when it is gone or this link does not count for it. */
async function openDoor(deps: Deps, link: ClaimedLink, requestId: string): Promise<{ flowId: string; code: string } | null> {
  const { kratos } = deps
  const { identityId } = link
  const identity = await kratos.getIdentity(identityId)
  if (identity === null || !countsFor(identity, link)) return null
  const repairs = repairsOf(identity)
  if (repairs.length > 0) {
    await expectChange(deps.app.db, 'identity', identityId)
    // Activating would revive the sessions of before, whoever has them.
    await kratos.deleteSessions(identityId)
    if ((await kratos.patchIdentity(identityId, repairs)) === null) return null
    await settleChange(deps, identityId, { requestId })
  }
  return await kratos.createRecoveryCode(identityId, codeLifespan)
}

/**
 * The operator vouches for anybody. What came by mail proves the address that it was sent to, as long as it is that of the person, and
 * opens no account that somebody else may have registered with it.
 */
function countsFor(identity: KratosIdentity, { purpose, addressHash }: ClaimedLink): boolean {
  if (purpose === 'operator') return true
  const email = textTrait(identity, 'email')
  const isSame = email !== null && addressHash?.equals(hashOf(email.toLowerCase())) === true
  return isSame && identity.state === 'active' && (isInvited(identity) || isEmailVerified(identity))
}

/** The identity counts, and its address is theirs. */
function repairsOf(identity: KratosIdentity): JsonPatch[] {
  const email = textTrait(identity, 'email')?.toLowerCase()
  const unverified = (identity.verifiable_addresses ?? []).flatMap(({ value, via, verified }, index) =>
    !verified && via === 'email' && value.toLowerCase() === email ? [index] : [],
  )
  return [
    ...(identity.state === 'inactive' ? [{ op: 'replace' as const, path: '/state', value: 'active' }] : []),
    ...unverified.flatMap((index) => [
      { op: 'replace' as const, path: `/verifiable_addresses/${index}/verified`, value: true },
      { op: 'replace' as const, path: `/verifiable_addresses/${index}/status`, value: 'completed' },
    ]),
  ]
}

export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
