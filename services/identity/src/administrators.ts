/** Platform administrators: the rows here are the truth, Keto's tuples follow them. */
import { randomBytes } from 'node:crypto'
import { asc, isNull } from 'drizzle-orm'
import type { Deps } from './deps.ts'
import { administering, requireSecondFactor } from './factors/require-second-factor.ts'
import type { NewIdentity } from './kratos-admin.ts'
import { isEmailVerified, type KratosIdentity, textTrait } from './kratos-identity.ts'
import { readNewPerson } from './new-person.ts'
import { expectChange, settleChange } from './pending.ts'
import { holdPerson } from './person-lock.ts'
import { platformAdministrators } from './schema.ts'
import { makeSetupLink } from './setup-links.ts'
import { requestTupleSync } from './sync.ts'
import { syncAdministrators } from './tuple-sync.ts'

export interface AdministratorRequest {
  readonly email: string
  readonly name?: string | undefined
  readonly locale?: 'en' | 'nl' | undefined
}

/**
 * Makes somebody an administrator and answers a one-time link to get in. Repeatable, also for somebody whose identity is inactive
 * or was deleted: the link puts the first right, a new identity replaces the second.
 *
 * @throws {InvalidRequest} an address or name that registration would refuse.
 * @throws {IdentityServiceDown} @throws {DatabaseDown} repeat it.
 */
export async function createAdministrator(deps: Deps, request: AdministratorRequest, requestId: string) {
  const wanted = readNewPerson(request)
  await expectChange(deps.app.db, 'identifier', wanted.email)
  const { identity, created } = await findOrCreate(deps, wanted)
  await settleChange(deps, identity.id, { requestId })
  const link = await deps.app.db.transaction(async (tx) => {
    await tx
      .insert(platformAdministrators)
      .values({ userId: identity.id })
      .onConflictDoUpdate({ target: platformAdministrators.userId, set: { revokingAt: null, suspendedAt: null } })
    await requestTupleSync(tx)
    if (deps.administratorsNeedSecondFactor) await requireSecondFactor(tx, identity.id, administering)
    return await makeSetupLink(tx, deps.publicOrigin, identity.id)
  })
  await settleChange(deps, identity.id, { requestId })
  try {
    await syncAdministrators(deps)
  } catch (error) {
    // The row is committed: the worker repeats this until Keto is back.
    deps.log.warn({ err: error }, 'an administrator is not in Keto yet')
  }
  return { userId: identity.id, created, ...link }
}

export async function listAdministrators({ app, kratos }: Deps) {
  const rows = await app.db
    .select()
    .from(platformAdministrators)
    .where(isNull(platformAdministrators.revokingAt))
    .orderBy(asc(platformAdministrators.createdAt))
  const found = new Map((await kratos.listByIds(rows.map(({ userId }) => userId))).map((identity) => [identity.id, identity]))
  const items = rows.map(({ userId, createdAt }) => {
    const identity = found.get(userId)
    return { userId, email: identity ? textTrait(identity, 'email') : null, createdAt: createdAt.toISOString() }
  })
  return { items }
}

async function findOrCreate(deps: Deps, wanted: NewIdentity): Promise<{ identity: KratosIdentity; created: boolean }> {
  const known = await deps.kratos.findIdentity(wanted.email)
  if (known) return { identity: await disown(deps, known), created: false }
  const created = await deps.kratos.createIdentity(wanted)
  if (created) return { identity: created, created: true }
  // Somebody was faster, perhaps by registering.
  const other = await deps.kratos.findIdentity(wanted.email)
  if (other) return { identity: await disown(deps, other), created: false }
  throw new Error('Kratos refuses the address and does not find it')
}

/**
 * Whoever registered an address without proving it may be anybody: before the identity gets rights, its password goes, and it is
 * inactive until the link is used, so that no sign-in that is just under way survives either, and no settings that are being saved.
 */
async function disown(deps: Deps, identity: KratosIdentity): Promise<KratosIdentity> {
  if (isEmailVerified(identity)) return identity
  const { kratos, revocations } = deps
  const { id } = identity
  await holdPerson(deps, id, async () => {
    const now = (await kratos.getIdentity(id)) ?? identity
    await kratos.replacePassword({ ...now, state: 'inactive' }, randomBytes(32).toString('base64url'))
    await kratos.deleteSessions(id)
  })
  await revocations.publish({ scope: 'identity', id })
  return identity
}
