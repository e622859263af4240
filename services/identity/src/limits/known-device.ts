/** Devices that signed in before: each has an allowance of its own at the accounts it knows, so that nobody can lock their owner out. */

import type { Transaction } from '@app/db/database'
import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import type { Passage } from '../guard/steps.ts'
import { guardDevices } from '../guard-tables.ts'
import { deviceCookie, deviceIdOf, deviceTokenOf, newDeviceToken } from '../sessions/device-id.ts'
import type { UpstreamAnswer } from '../upstream.ts'

const Identity = z.object({
  id: z.uuid(),
  schema_id: z.string(),
  traits: z.object({ email: z.string().optional(), phone: z.string().optional() }).catch({}),
})
export const SignedIn = z.object({ session: z.object({ id: z.uuid(), identity: Identity }), session_token: z.string().optional() })
export type SignedIn = z.infer<typeof SignedIn>

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

/** From now on the device is known for the account, by all its spellings. A browser that has no id gets one. */
export async function rememberDevice(
  { app, guardKeys, publicOrigin }: Pick<Deps, 'app' | 'guardKeys' | 'publicOrigin'>,
  passage: Passage,
  answer: UpstreamAnswer,
  typed: string | null,
): Promise<UpstreamAnswer> {
  const signedIn = signedInBy(answer)
  if (signedIn === null || signedIn.session.identity.schema_id === 'guest') return answer
  const { id, traits } = signedIn.session.identity
  const given = givenToken(answer, publicOrigin)
  const own = deviceTokenOf(passage.headers, publicOrigin) ?? given
  const token = own ?? (signedIn.session_token === undefined ? newDeviceToken() : null)
  if (token === null) return answer
  const names = [typed, traits.email, traits.phone].filter((name) => name !== null && name !== undefined)
  const accounts = [guardKeys.of('identity', id), ...names.map((name) => guardKeys.account(name))]
  const keys = [...new Map(accounts.map((key) => [key.toString('hex'), key])).values()]
  for (const key of keys) {
    await app.db.execute(sql`
      insert into guard_devices (device_id, account_key, identity_id) values (${deviceIdOf(token)}, ${key}::bytea, ${id})
      on conflict (device_id, account_key) do update set identity_id = excluded.identity_id, used_at = now()`)
  }
  if (given !== null || signedIn.session_token !== undefined) return answer
  const cookies = [...(answer.headers['set-cookie'] ?? []), deviceCookie(token, publicOrigin)]
  return { ...answer, headers: { ...answer.headers, 'set-cookie': cookies } }
}

/** None of somebody's devices is known any more. */
export async function forgetGuardDevices(tx: Transaction, identityId: string): Promise<void> {
  await tx.delete(guardDevices).where(eq(guardDevices.identityId, identityId))
}

export function signedInBy(answer: UpstreamAnswer): SignedIn | null {
  if (answer.status !== 200) return null
  try {
    return SignedIn.safeParse(JSON.parse(answer.body.toString('utf8'))).data ?? null
  } catch {
    return null
  }
}

/** Of the cookie that another step has put into the answer. */
function givenToken(answer: UpstreamAnswer, publicOrigin: string): string | null {
  for (const line of answer.headers['set-cookie'] ?? []) {
    const token = deviceTokenOf(new Headers({ cookie: line.split(';', 1)[0] ?? '' }), publicOrigin)
    if (token !== null) return token
  }
  return null
}
