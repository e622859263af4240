/** Writes down that somebody signed in, once per session, whoever noticed it first: the guard, a hook or a list. */
import type { Transaction } from '@app/db/database'
import { signInSucceeded } from '@app/events/sign-in-succeeded'
import { and, eq, ne, sql } from 'drizzle-orm'
import { recordActivity } from '../activity.ts'
import type { Deps } from '../deps.ts'
import { accountActivity, accountDevices, accountSessions } from '../device-tables.ts'
import type { Origin } from '../origin.ts'
import { identities } from '../schema.ts'
import { syncIdentity } from '../sync.ts'
import { tellAbout } from '../tell.ts'
import { type KratosSession, methodOf, placeOf } from './kratos-session.ts'

export interface SignIn {
  readonly identityId: string
  readonly session: KratosSession
  /** Null when it is not known from which device. */
  readonly deviceId: string | null
  readonly native: boolean
}

export async function recordSignIn(deps: Deps, signIn: SignIn, origin: Origin): Promise<void> {
  const { identityId, session } = signIn
  // Nobody is told about a sign-in of somebody they have not heard of.
  const known = await deps.app.db.select({ id: identities.id }).from(identities).where(eq(identities.id, identityId))
  if (known.length === 0 && (await syncIdentity(deps, identityId, origin)) === null) return
  await deps.app.db.transaction(async (tx) => {
    const newDevice = await isNewDevice(tx, signIn)
    if (!(await insertSession(tx, signIn))) return
    const method = methodOf(session)
    await recordActivity(tx, { identityId, kind: 'signed-in', sessionId: session.id, ...placeOf(session), detail: { method, newDevice } })
    await tellAbout(tx, signInSucceeded, identityId, { method, sessionId: session.id, newDevice }, origin)
  })
}

/** Whether it was not there yet. Whoever comes later may still know the device. */
async function insertSession(tx: Transaction, { identityId, session, deviceId, native }: SignIn): Promise<boolean> {
  if (deviceId !== null) {
    await tx
      .insert(accountDevices)
      .values({ identityId, id: deviceId })
      .onConflictDoUpdate({ target: [accountDevices.identityId, accountDevices.id], set: { lastSeenAt: sql`now()` } })
  }
  const [row] = await tx
    .insert(accountSessions)
    .values({
      id: session.id,
      identityId,
      deviceId,
      native,
      method: methodOf(session),
      ...placeOf(session),
      signedInAt: session.authenticated_at,
      expiresAt: session.expires_at,
    })
    .onConflictDoUpdate({
      target: accountSessions.id,
      set: {
        deviceId: sql`coalesce(${accountSessions.deviceId}, excluded.device_id)`,
        native: sql`${accountSessions.native} or excluded.native`,
        expiresAt: sql`excluded.expires_at`,
      },
      setWhere: eq(accountSessions.identityId, identityId),
    })
    // Zero in a row that nobody had written before.
    .returning({ isNew: sql<boolean>`xmax = 0` })
  return row?.isNew === true
}

/** The first one of an account is no news. A device that does not say which it is counts as known when its browser does. */
async function isNewDevice(tx: Transaction, { identityId, session, deviceId }: SignIn): Promise<boolean> {
  const earlier = and(
    eq(accountActivity.identityId, identityId),
    eq(accountActivity.kind, 'signed-in'),
    ne(accountActivity.sessionId, session.id),
  )
  const [any] = await tx.select({ id: accountActivity.id }).from(accountActivity).where(earlier).limit(1)
  const devices = await tx.select({ id: accountDevices.id }).from(accountDevices).where(eq(accountDevices.identityId, identityId)).limit(1)
  if (any === undefined && devices.length === 0) return false
  if (deviceId !== null) {
    const ofDevice = and(eq(accountDevices.identityId, identityId), eq(accountDevices.id, deviceId))
    return (await tx.select({ id: accountDevices.id }).from(accountDevices).where(ofDevice)).length === 0
  }
  const { userAgent } = placeOf(session)
  if (userAgent === null) return true
  const alike = and(earlier, eq(accountActivity.userAgent, userAgent))
  return (await tx.select({ id: accountActivity.id }).from(accountActivity).where(alike).limit(1)).length === 0
}
