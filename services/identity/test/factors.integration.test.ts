/** Second factors: set up, asked for, used once, told about. */
import { listActivity } from '@app/contracts/activity'
import { until } from '@app/testing/poll'
import { totpCode } from '@app/testing/totp'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { followAdministratorRule } from '../src/factors/require-second-factor.ts'
import { sweepPending } from '../src/pending.ts'
import { type Identity, secrets, startIdentity } from './identity-fixture.ts'
import { aPerson, codeOf, messageIds, password, type Visitor } from './visitor.ts'
import { halfwayIn, recoveryCodes, second, someoneWithTotp } from './with-factors.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ workers: false, administratorsNeedSecondFactor: true, passwordsExpire: true })
})
afterAll(() => identity.close())

const spent = 9_000_011
const withTotp = () => someoneWithTotp(identity)
const halfway = (email: string) => halfwayIn(identity, email)

async function changesOf(userId: string): Promise<string[]> {
  const rows = await identity.database.owner.db.execute<{ change: string }>(
    sql`select body->'data'->>'change' as change from outbox where subject = ${userId} and type = 'identity.credentials.changed.v1' order by sequence`,
  )
  return rows.map(({ change }) => change)
}

const security = async (visitor: Visitor) => (await visitor.guard('GET', '/api/v1/security')).json
const metadataOf = async (userId: string) => (await identity.deps.kratos.getIdentity(userId))?.metadata_public ?? {}

describe('a code of an authenticator app', () => {
  it('signs in once: again, in another session, in a race and on another instance it does not', async () => {
    const { person, secret } = await withTotp()
    const visitors = await Promise.all(Array.from({ length: 4 }, () => halfway(person.email)))
    const code = totpCode(secret)
    const answers = await Promise.all(visitors.map((visitor) => second(visitor, { method: 'totp', totp_code: code })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const refused of answers.filter(({ status }) => status !== 200)) {
      expect(refused.status).toBe(400)
      expect(messageIds(refused)).toMatchObject({ totp_code: [spent] })
    }
    const later = await second(await halfway(person.email), { method: 'totp', totp_code: ` ${code.slice(0, 3)} ${code.slice(3)}` })
    expect(later.status).toBe(400)
    expect((await second(await halfway(person.email), { method: 'totp', totp_code: totpCode(secret, 1) })).status).toBe(200)
  })

  it('of the set-up does not sign in as well, and a wrong one is wrong however often', async () => {
    const { person, secret } = await withTotp()
    const visitor = await halfway(person.email)
    expect(messageIds(await second(visitor, { method: 'totp', totp_code: totpCode(secret, -1) }))).toMatchObject({ totp_code: [spent] })
    const wrong = totpCode(secret) === '123456' ? '654321' : '123456'
    for (const answer of [
      await second(visitor, { method: 'totp', totp_code: wrong }),
      await second(visitor, { method: 'totp', totp_code: wrong }),
    ]) {
      expect(answer.status).toBe(400)
      expect(JSON.stringify(messageIds(answer))).not.toContain(String(spent))
    }
  })

  it('of a clock that is two steps off is refused', async () => {
    const { person, secret } = await withTotp()
    for (const steps of [-3, 3])
      expect((await second(await halfway(person.email), { method: 'totp', totp_code: totpCode(secret, steps) })).status).toBe(400)
  })

  it('of somebody else spends nothing', async () => {
    const [ann, bob] = [await withTotp(), await withTotp()]
    const code = totpCode(ann.secret)
    await second(await halfway(bob.person.email), { method: 'totp', totp_code: code })
    expect((await second(await halfway(ann.person.email), { method: 'totp', totp_code: code })).status).toBe(200)
  })
})

describe('a recovery code', () => {
  it('works once, also for six who send it at once', async () => {
    const { person, visitor, userId } = await withTotp()
    const [code = ''] = await recoveryCodes(visitor)
    const visitors = await Promise.all(Array.from({ length: 6 }, () => halfway(person.email)))
    const answers = await Promise.all(visitors.map((one) => second(one, { method: 'lookup_secret', lookup_secret: code })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await second(await halfway(person.email), { method: 'lookup_secret', lookup_secret: code.toUpperCase() })).status).toBe(400)
    expect(await changesOf(userId)).toEqual(['totp-added', 'recovery-codes-made', 'recovery-code-used'])
    expect(await security(visitor)).toMatchObject({ recoveryCodes: { left: 11 } })
    const { items } = listActivity.answers[200].parse((await visitor.guard('GET', '/api/v1/activity')).json)
    const happened = items.filter(({ kind }) => kind.startsWith('totp') || kind.startsWith('recovery'))
    expect(happened.map(({ kind, detail }) => [kind, detail['left']])).toEqual([
      ['recovery-code-used', 11],
      ['recovery-codes-made', 12],
      ['totp-added', undefined],
    ])
  })

  it('that was the last one, without an app, leaves nothing to ask for: nobody is locked out', { timeout: 90_000 }, async () => {
    const { person, visitor, userId } = await withTotp()
    const codes = await recoveryCodes(visitor)
    expect((await visitor.submit('settings', { method: 'totp', totp_unlink: true })).status).toBe(200)
    for (const code of codes) {
      expect(await metadataOf(userId)).toMatchObject({ secondFactorRequired: true, secondFactorSet: true })
      expect((await second(await halfway(person.email), { method: 'lookup_secret', lookup_secret: code })).status).toBe(200)
    }
    expect(await metadataOf(userId)).toMatchObject({ secondFactorRequired: false, secondFactorSet: false })
    const ann = identity.visitor()
    expect((await ann.signIn(person.email)).status).toBe(200)
    expect((await ann.submit('settings', { method: 'profile', traits: { ...person, name: 'Ann Other' } })).status).toBe(200)
  })
})

describe('what changes about the ways in', () => {
  it('is told once each, whoever asks how often, and the services see that there is a second factor', async () => {
    const { visitor, userId } = await withTotp()
    expect(await changesOf(userId)).toEqual(['totp-added'])
    expect(await metadataOf(userId)).toMatchObject({ secondFactorSet: true })
    expect((await visitor.submit('settings', { method: 'totp', totp_unlink: true })).status).toBe(200)
    expect((await visitor.submit('settings', { method: 'password', password: `${password} and more` })).status).toBe(200)
    await identity.database.owner.db.execute(sql`update pending_syncs set due_at = now()`)
    await Promise.all([sweepPending(identity.deps), sweepPending(identity.deps)])
    expect(await changesOf(userId)).toEqual(['totp-added', 'totp-removed', 'password'])
    expect(await metadataOf(userId)).toMatchObject({ secondFactorSet: false })
  })

  it('ends the sessions elsewhere when a factor goes', async () => {
    const { person, visitor, secret } = await withTotp()
    const elsewhere = await halfway(person.email)
    expect((await second(elsewhere, { method: 'totp', totp_code: totpCode(secret, 1) })).status).toBe(200)
    await visitor.submit('settings', { method: 'totp', totp_unlink: true })
    expect((await elsewhere.whoami()).status).toBe(401)
    expect((await visitor.whoami()).status).toBe(200)
  })

  it('is found by the sweep when the process ended in between', async () => {
    const { userId } = await withTotp()
    await identity.deps.kratos.patchIdentity(userId, [
      { op: 'add', path: '/metadata_public/passwordSetAt', value: '2031-01-01T00:00:00.000Z' },
    ])
    await identity.database.owner.db.execute(
      sql`insert into pending_syncs (id, kind, subject, due_at) values (gen_random_uuid(), 'identity', ${userId}, now()) on conflict (kind, subject) do update set due_at = now()`,
    )
    await until(async () => {
      await sweepPending(identity.deps)
      return (await changesOf(userId)).length === 2
    })
    expect(await changesOf(userId)).toEqual(['totp-added', 'password'])
  })

  it('is not unlinked by a field that another method carries along', async () => {
    const { visitor, userId, person } = await withTotp()
    const answer = await visitor.submit('settings', { method: 'profile', traits: { ...person, name: 'Ann Other' }, totp_unlink: true })
    expect(answer.status).toBe(200)
    expect(await security(visitor)).toMatchObject({ totp: { addedAt: expect.any(String) } })
    expect(await changesOf(userId)).toEqual(['totp-added'])
  })
})

describe('an administrator', () => {
  it('must have a second factor as long as the setting says so', async () => {
    const { email } = aPerson()
    const made = await identity.internal('/internal/administrators', { method: 'POST', body: { email }, secret: secrets.operator })
    const { userId } = z.object({ userId: z.string() }).parse(made.json)
    expect(await metadataOf(userId)).toMatchObject({ secondFactorRequired: true })
    const settled = async () => {
      await identity.database.owner.db.execute(sql`update pending_syncs set due_at = now()`)
      await sweepPending(identity.deps)
    }
    await followAdministratorRule({ ...identity.deps, administratorsNeedSecondFactor: false })
    await settled()
    expect(await metadataOf(userId)).toMatchObject({ secondFactorRequired: false })
    await followAdministratorRule(identity.deps)
    await settled()
    expect(await metadataOf(userId)).toMatchObject({ secondFactorRequired: true })
  })
})

describe('a new password', () => {
  it('is another one where passwords expire', async () => {
    const visitor = identity.visitor()
    await visitor.register(aPerson())
    const answer = await visitor.submit('settings', { method: 'password', password })
    expect([answer.status, messageIds(answer)['password']]).toEqual([400, [9_000_012]])
    expect((await visitor.submit('settings', { method: 'password', password: `${password}!` })).status).toBe(200)
  })
})

describe('names of passkeys', () => {
  it('are for passkeys that one has', async () => {
    const visitor = identity.visitor()
    await visitor.register(aPerson())
    const answer = await visitor.guard('PATCH', '/api/v1/passkeys/c29tZWJvZHkgZWxzZQ', { body: { name: 'Phone' } })
    expect([answer.status, codeOf(answer)]).toEqual([404, 'passkey-not-found'])
    expect((await visitor.guard('PATCH', '/api/v1/passkeys/a%2Fb', { body: { name: 'Phone' } })).status).toBe(400)
    expect(await security(visitor)).toEqual({
      password: { setAt: expect.any(String) },
      totp: null,
      recoveryCodes: null,
      passkeys: [],
      providers: [],
      secondFactorRequired: false,
    })
  })
})
