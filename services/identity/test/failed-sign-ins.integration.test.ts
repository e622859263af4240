/** What is written down, and told, about sign-ins that failed. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tellFailures } from '../src/limits/failures.ts'
import { syncIdentity } from '../src/sync.ts'
import { anyNetwork, households, lowLimits, submit, times } from './households.ts'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { aPerson, password } from './visitor.ts'

let identity: Identity
let secondsLater = 0
beforeAll(async () => {
  identity = await startIdentity({ workers: false, limitRules: lowLimits, clock: () => new Date(Date.now() + secondsLater * 1000) })
})
afterAll(() => identity.close())

const { signedUp, guess } = households(() => identity)

describe('what others are told about failures', () => {
  async function toldAbout(subject: string) {
    const { owner } = identity.database
    await owner.db.execute(sql`update sign_in_failures set minute = minute - interval '1 minute'`)
    await tellFailures(identity.deps, new AbortController().signal)
    const rows = await owner.db.execute<{ data: unknown; body: unknown }>(
      sql`select body->'data' as data, body from outbox where subject = ${subject} and type = 'identity.sign-in.failed.v1' order by sequence`,
    )
    return [...rows]
  }

  it('is one event a minute and reason with a count, about the identity, and what the person sees', async () => {
    const { email, userId } = await signedUp()
    const statuses: number[] = []
    for (let nth = 0; nth < 13; nth += 1) statuses.push((await guess(email, `${anyNetwork()}.7`)).status)
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 400), 429, 429, 429])
    const told = await toldAbout(userId)
    expect(told.map(({ data }) => data)).toEqual(
      expect.arrayContaining([
        { reason: 'wrong-password', method: 'password', count: 10 },
        { reason: 'throttled', method: 'password', count: 3 },
      ]),
    )
    expect(told).toHaveLength(2)
    expect(await toldAbout(userId)).toHaveLength(2)
    const [row] = await identity.database.owner.db.execute<{ count: number }>(
      sql`select count(*)::int as count from account_activity where identity_id = ${userId} and kind = 'sign-in-failed'`,
    )
    expect(row?.count).toBe(2)
  })

  it('names nobody where there is no account', async () => {
    const { email } = aPerson()
    await times(3, () => guess(email, `${anyNetwork()}.7`))
    const rows = await identity.database.owner.db.execute<{ subject: string; known: boolean; reason: string; count: number }>(
      sql`select subject, known, reason, count from sign_in_failures where reason = 'unknown' and count = 3`,
    )
    expect(rows).toHaveLength(1)
    const told = await toldAbout(rows[0]?.subject ?? '')
    expect(told.map(({ data }) => data)).toEqual([{ reason: 'unknown', method: 'password', count: 3 }])
    expect(JSON.stringify(told)).not.toContain(email)
    expect(rows[0]?.subject).toMatch(/^.{14}8/)
  })

  it('is about who has the address now: nobody had it, then somebody registers', async () => {
    const traits = aPerson()
    await guess(traits.email, `${anyNetwork()}.7`)
    const ann = identity.visitor()
    await submit(ann, 'registration', { method: 'password', password, traits }, `${anyNetwork()}.7`)
    const { userId } = await ann.whoami()
    secondsLater += 61
    await guess(traits.email, `${anyNetwork()}.7`)
    expect((await toldAbout(userId ?? '')).map(({ data }) => data)).toEqual([{ reason: 'wrong-password', method: 'password', count: 1 }])
  })

  it('is about who has the address now: it moves to somebody else', async () => {
    const [before, after] = [await signedUp(), await signedUp()]
    await guess(before.email, `${anyNetwork()}.7`)
    expect(await toldAbout(before.userId)).toHaveLength(1)
    const rename = (id: string, email: string) =>
      identity.deps.kratos.patchContact(id, [{ op: 'replace', path: '/traits/email', value: email }])
    await rename(before.userId, aPerson().email)
    expect(await rename(after.userId, before.email)).toMatchObject({ id: after.userId })
    secondsLater += 61
    await guess(before.email, `${anyNetwork()}.7`)
    expect(await toldAbout(after.userId)).toHaveLength(1)
    expect(await toldAbout(before.userId)).toHaveLength(1)
  })

  it('is nothing, and nothing is written, about somebody who is gone', async () => {
    const { email, userId } = await signedUp()
    await guess(email, `${anyNetwork()}.7`)
    await identity.deps.kratos.deleteIdentity(userId)
    await syncIdentity(identity.deps, userId)
    await guess(email, `${anyNetwork()}.7`)
    expect(await toldAbout(userId)).toEqual([])
    const rows = await identity.database.owner.db.execute(sql`select 1 from account_activity where identity_id = ${userId}`)
    expect([...rows]).toEqual([])
  })

  it('keeps no identifier anywhere', async () => {
    const { email, network } = await signedUp()
    await guess(email, `${network}.1`)
    await submit(identity.visitor(), 'recovery', { method: 'code', email }, `${network}.1`)
    for (const table of ['guard_counts', 'guard_devices', 'guard_flows', 'sign_in_failures', 'outbox']) {
      const rows = await identity.database.owner.db.execute(sql`select row_to_json(t)::text as row from ${sql.identifier(table)} t`)
      expect(JSON.stringify([...rows])).not.toContain(email)
      expect(JSON.stringify([...rows])).not.toContain(Buffer.from(email).toString('hex'))
    }
  })
})
