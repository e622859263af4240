/** One-time links with which an administrator gets in without a password. Only a hash of the token is kept. */
import { createHash, randomBytes } from 'node:crypto'
import { SetupLinkInvalid } from '@app/contracts/setup-links'
import type { Transaction } from '@app/db/database'
import { newId } from '@app/db/id'
import { and, eq, gt, isNull, lt, or, sql } from 'drizzle-orm'
import type { Deps } from './deps.ts'
import type { JsonPatch } from './kratos-admin.ts'
import type { KratosIdentity } from './kratos-identity.ts'
import { textTrait } from './kratos-identity.ts'
import { expectChange, settleChange } from './pending.ts'
import { setupLinks } from './schema.ts'

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
  const token = randomBytes(32).toString('base64url')
  await tx.delete(setupLinks).where(eq(setupLinks.identityId, identityId))
  const [made] = await tx
    .insert(setupLinks)
    .values({ id: newId(), identityId, tokenHash: hashOf(token), expiresAt: sql`now() + make_interval(hours => ${lifespanHours})` })
    .returning({ expiresAt: setupLinks.expiresAt })
  if (made === undefined) throw new Error('The link was not stored')
  // In the fragment, which browsers send to nobody: not to a log, not as a referrer.
  return { link: `${publicOrigin}/setup#${token}`, expiresAt: made.expiresAt.toISOString() }
}

/**
 * Uses a link up, for a recovery flow and the code that it takes.
 *
 * @throws {SetupLinkInvalid} unknown, used, expired, being used, or for an identity that is gone: all alike.
 * @throws {IdentityServiceDown} the link can be used again.
 */
export async function redeemSetupLink(deps: Deps, token: string, requestId: string): Promise<{ flowId: string; code: string }> {
  const claim = newId()
  const link = await claimLink(deps, token, claim)
  if (link === undefined) throw SetupLinkInvalid()
  let recovery: { flowId: string; code: string } | null
  try {
    recovery = await openDoor(deps, link.identityId, requestId)
  } catch (error) {
    await giveBack(deps, claim, error)
    throw error
  }
  if (recovery === null) throw SetupLinkInvalid()
  await deps.app.db.update(setupLinks).set({ usedAt: sql`now()` }).where(eq(setupLinks.claim, claim))
  return recovery
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
        gt(setupLinks.expiresAt, sql`now()`),
        or(isNull(setupLinks.claimedUntil), lt(setupLinks.claimedUntil, sql`now()`)),
      ),
    )
    .returning({ identityId: setupLinks.identityId })
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

/** Makes the identity usable and opens a recovery flow; null when it is gone. */
async function openDoor(deps: Deps, identityId: string, requestId: string): Promise<{ flowId: string; code: string } | null> {
  const { kratos } = deps
  const identity = await kratos.getIdentity(identityId)
  if (identity === null) return null
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

/** The operator vouches for the person: the identity counts, and its address is theirs. */
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

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
