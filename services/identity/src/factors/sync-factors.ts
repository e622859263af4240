/**
 * Tells what changed about somebody's ways in, by comparing Kratos with what was told last, and keeps what whoami says about second
 * factors true. As with the rest of an identity a hook or a submission only says that it is time to look.
 */
import type { ActivityDetail } from '@app/contracts/activity'
import type { Transaction } from '@app/db/database'
import { credentialsChanged } from '@app/events/credentials-changed'
import { and, eq, sql } from 'drizzle-orm'
import { recordActivity } from '../activity.ts'
import type { Deps } from '../deps.ts'
import { identityFactors, passkeyNames, requiredSecondFactors } from '../factor-tables.ts'
import type { JsonPatch } from '../kratos-admin.ts'
import { forgetGuardDevices } from '../limits/known-device.ts'
import type { Origin } from '../origin.ts'
import { tellAbout } from '../tell.ts'
import { findAcceptance } from '../terms/acceptances.ts'
import { factorsOf, type KratosFactors, type SeenFactors, seenOf } from './read-factors.ts'

type SyncDeps = Pick<Deps, 'app' | 'kratos' | 'revocations' | 'codeMode' | 'standing'>
type Change = Parameters<typeof credentialsChanged.data.parse>[0] & {
  readonly change: ReturnType<typeof credentialsChanged.data.parse>['change']
  readonly left?: number
}

/** Somebody else may have told meanwhile. */
const maxAttempts = 5

/**
 * Looks at one identity; the first look tells nothing, because it has nothing to compare with.
 *
 * @throws {IdentityServiceDown} @throws {DatabaseDown}
 */
export async function syncFactors(deps: SyncDeps, identityId: string, origin: Origin = {}): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const [row] = await deps.app.db.select().from(identityFactors).where(eq(identityFactors.identityId, identityId))
    const identity = await deps.kratos.readFactors(identityId)
    if (identity === null || identity.schema_id === 'guest') return
    const seen = seenOf(factorsOf(identity))
    const changes = row === undefined ? [] : changesBetween(row.seen, seen)
    const isTold =
      row !== undefined && JSON.stringify(ordered(row.seen)) === JSON.stringify(ordered(seen))
        ? true
        : await deps.app.db.transaction((tx) => tell(tx, { identityId, seen, changes, revision: row?.revision ?? null, origin }))
    if (!isTold) continue
    if (seen.totpAddedAt === null && seen.recoveryCodes?.left === 0) {
      // Without an app there would be nothing left to answer with, for ever.
      await deps.kratos.deleteCredential(identityId, 'lookup_secret')
      continue
    }
    await keepMetadata(deps, identity, seen)
    if (changes.length > 0) await deps.revocations.publish({ scope: 'identity', id: identityId })
    return
  }
  throw new Error(`The ways in of ${identityId} keep changing while they are compared`)
}

interface Telling {
  readonly identityId: string
  readonly seen: SeenFactors
  readonly changes: readonly Change[]
  /** Null for the first look. */
  readonly revision: number | null
  readonly origin: Origin
}

/** False when the row is no longer what the comparison started from. */
async function tell(tx: Transaction, { identityId, seen, changes, revision, origin }: Telling): Promise<boolean> {
  const written =
    revision === null
      ? await tx.insert(identityFactors).values({ identityId, seen }).onConflictDoNothing().returning()
      : await tx
          .update(identityFactors)
          .set({ seen, revision: sql`${identityFactors.revision} + 1` })
          .where(and(eq(identityFactors.identityId, identityId), eq(identityFactors.revision, revision)))
          .returning()
  if (written.length === 0) return false
  // Whoever knew the password before may have made themselves known with any number of devices.
  if (seen.passwordSetAt !== null && changes.some(({ change }) => change === 'password'))
    await forgetGuardDevices(tx, identityId, new Date(seen.passwordSetAt))
  for (const change of changes) {
    await tellAbout(tx, credentialsChanged, identityId, change, origin)
    await recordActivity(tx, {
      identityId,
      kind: change.change === 'password' ? 'password-changed' : change.change,
      detail: leftOf(change),
    })
  }
  for (const { credentialId } of await tx.select().from(passkeyNames).where(eq(passkeyNames.identityId, identityId))) {
    if (!seen.passkeys.includes(credentialId))
      await tx.delete(passkeyNames).where(and(eq(passkeyNames.identityId, identityId), eq(passkeyNames.credentialId, credentialId)))
  }
  return true
}

const leftOf = ({ left }: Change): ActivityDetail => (left === undefined ? {} : { left })

/** In the order in which a person would tell them. */
export function changesBetween(before: SeenFactors, after: SeenFactors): Change[] {
  const isNew = (list: readonly string[], other: readonly string[]) => other.filter((one) => !list.includes(one))
  return [
    ...(before.passwordSetAt !== after.passwordSetAt && after.passwordSetAt !== null ? [{ change: 'password' as const }] : []),
    ...(before.totpAddedAt !== null && before.totpAddedAt !== after.totpAddedAt ? [{ change: 'totp-removed' as const }] : []),
    ...(after.totpAddedAt !== null && before.totpAddedAt !== after.totpAddedAt ? [{ change: 'totp-added' as const }] : []),
    ...recoveryChanges(before.recoveryCodes, after.recoveryCodes),
    ...isNew(before.passkeys, after.passkeys).map(() => ({ change: 'passkey-added' as const })),
    ...isNew(after.passkeys, before.passkeys).map(() => ({ change: 'passkey-removed' as const })),
    ...isNew(before.providers, after.providers).map(() => ({ change: 'provider-linked' as const })),
    ...isNew(after.providers, before.providers).map(() => ({ change: 'provider-unlinked' as const })),
  ]
}

function recoveryChanges(before: SeenFactors['recoveryCodes'], after: SeenFactors['recoveryCodes']): Change[] {
  if (after === null) return []
  if (before?.digest !== after.digest) return [{ change: 'recovery-codes-made', left: after.left }]
  return after.left < before.left ? [{ change: 'recovery-code-used', left: after.left }] : []
}

/** Services read it from whoami: whether a session must be of two factors, and whether there is a second one to ask for. */
async function keepMetadata(deps: SyncDeps, identity: KratosFactors, seen: SeenFactors): Promise<void> {
  const { app, kratos, codeMode, revocations } = deps
  const required = await app.db.select().from(requiredSecondFactors).where(eq(requiredSecondFactors.identityId, identity.id)).limit(1)
  // Whoever has set one up is asked for it, so that a stolen password alone is worth nothing.
  const isChosen = seen.totpAddedAt !== null || seen.recoveryCodes !== null
  const wanted = {
    secondFactorRequired: required.length > 0 || isChosen,
    secondFactorSet: isChosen || codeMode === 'second-factor',
    ...(await termsNoted(deps, identity.id)),
  }
  const metadata = identity.metadata_public ?? null
  const patch: JsonPatch[] = Object.entries(wanted)
    .filter(([name, value]) => (metadata?.[name] ?? false) !== value)
    .map(([name, value]) => ({ op: 'add', path: `/metadata_public/${name}`, value }))
  if (patch.length === 0) return
  // There is nothing to add to as long as nobody has written anything there.
  const whole: JsonPatch[] = metadata === null ? [{ op: 'add', path: '/metadata_public', value: wanted }] : patch
  await kratos.patchIdentity(identity.id, whole)
  await revocations.publish({ scope: 'identity', id: identity.id })
}

/** The terms in force, once they are accepted; what was accepted before stays until then. */
async function termsNoted(deps: SyncDeps, identityId: string): Promise<{ termsAccepted?: string }> {
  const { termsVersion } = deps.standing
  const isAccepted = termsVersion !== '' && (await findAcceptance(deps, identityId, termsVersion)) !== null
  return isAccepted ? { termsAccepted: termsVersion } : {}
}

/** Postgres does not keep the order of keys. */
function ordered(value: object): [string, unknown][] {
  return Object.entries(value)
    .map(([name, inner]): [string, unknown] => [
      name,
      inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? ordered(inner) : inner,
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
