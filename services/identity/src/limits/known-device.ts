/** Devices that signed in before: each has an allowance of its own at the accounts it knows, so that nobody can lock their owner out. */

import type { Transaction } from '@app/db/database'
import { and, eq, lt, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { type CameIn, cameIn } from '../guard/came-in.ts'
import type { Passage } from '../guard/steps.ts'
import { guardDevices } from '../guard-tables.ts'
import { deviceCookie, deviceIdOf, deviceTokenOf, newDeviceToken } from '../sessions/device-id.ts'
import type { UpstreamAnswer } from '../upstream.ts'

/** The id of the device that a submission comes from; what it says of itself, and worth nothing until it is known for an account. */
function deviceOf({ headers }: Pick<Passage, 'headers'>, publicOrigin: string): string | null {
  const token = deviceTokenOf(headers, publicOrigin)
  return token === null ? null : deviceIdOf(token)
}

/** The device, when somebody signed in to this account with it. @throws {DatabaseDown} */
export async function knownDevice(
  { app, publicOrigin }: Pick<Deps, 'app' | 'publicOrigin'>,
  passage: Passage,
  account: Buffer | null,
): Promise<string | null> {
  const deviceId = deviceOf(passage, publicOrigin)
  if (deviceId === null || account === null) return null
  const [row] = await app.db.execute(sql`select 1 from guard_devices where device_id = ${deviceId} and account_key = ${account}::bytea`)
  return row === undefined ? null : deviceId
}

/**
 * From now on the device is known for the account, by all its spellings; for the second factor once it has shown one there: whoever has no more
 * than a password would otherwise get an allowance for each name that they give their device. A browser that has no id gets one.
 */
export async function rememberDevice(
  deps: Pick<Deps, 'app' | 'guardKeys' | 'publicOrigin' | 'sessions' | 'log'>,
  passage: Passage,
  answer: UpstreamAnswer,
  typed: string | null,
): Promise<UpstreamAnswer> {
  const { app, guardKeys, publicOrigin } = deps
  const person = (await cameIn(deps, passage, answer)) ?? (await setPassword(deps, passage, answer))
  if (person === null || person.schemaId === 'guest') return answer
  const { userId: id, native, assuranceLevel } = person
  const given = givenToken(answer, publicOrigin)
  const own = deviceTokenOf(passage.headers, publicOrigin) ?? given
  const token = own ?? (native ? null : newDeviceToken())
  if (token === null) return answer
  const names = [typed, person.email, person.phone].filter((name) => name !== null)
  const secondFactor = assuranceLevel === 'aal2' ? [guardKeys.of('identity', id)] : []
  const accounts = [...secondFactor, ...names.map((name) => guardKeys.account(name))]
  const keys = [...new Map(accounts.map((key) => [key.toString('hex'), key])).values()]
  for (const key of keys) {
    await app.db.execute(sql`
      insert into guard_devices (device_id, account_key, identity_id) values (${deviceIdOf(token)}, ${key}::bytea, ${id})
      on conflict (device_id, account_key) do update set identity_id = excluded.identity_id, used_at = now()`)
  }
  if (given !== null || native) return answer
  const cookies = [...(answer.headers['set-cookie'] ?? []), deviceCookie(token, publicOrigin)]
  return { ...answer, headers: { ...answer.headers, 'set-cookie': cookies } }
}

/** A new password makes all devices unknown but the one that it was set with: its owner may be under attack just then. */
async function setPassword(
  { sessions, log }: Pick<Deps, 'sessions' | 'log'>,
  { guarded, submission, credentials }: Passage,
  answer: UpstreamAnswer,
): Promise<Omit<CameIn, 'sessionId'> | null> {
  const isSet =
    guarded.kind === 'flow' && guarded.flow === 'settings' && submission.fields['method'] === 'password' && answer.status === 200
  if (!isSet) return null
  const session = await sessions.findSession(credentials).catch((error: unknown) => {
    log.warn({ err: error }, 'it is not known whose password was set')
    return null
  })
  if (session === null) return null
  const { userId, schemaId, traits, assuranceLevel } = session
  return { userId, schemaId, email: traits.email, phone: traits.phone, native: credentials.sessionToken !== undefined, assuranceLevel }
}

/** None of somebody's devices is known any more, or of those that were used before a moment. */
export async function forgetGuardDevices(tx: Transaction, identityId: string, before?: Date): Promise<void> {
  const unused = before === undefined ? undefined : lt(guardDevices.usedAt, before)
  await tx.delete(guardDevices).where(and(eq(guardDevices.identityId, identityId), unused))
}

/** Of the cookie that another step has put into the answer. */
function givenToken(answer: UpstreamAnswer, publicOrigin: string): string | null {
  for (const line of answer.headers['set-cookie'] ?? []) {
    const token = deviceTokenOf(new Headers({ cookie: line.split(';', 1)[0] ?? '' }), publicOrigin)
    if (token !== null) return token
  }
  return null
}
