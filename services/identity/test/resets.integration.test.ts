/** Administrators take away what somebody has lost, and who may. */
import { listActivity } from '@app/contracts/activity'
import { resetPersonFactors } from '@app/contracts/people'
import { totpCode } from '@app/testing/totp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addPasskey } from './passkey.ts'
import { type People, startPeople } from './people-fixture.ts'
import { toldAbout } from './told.ts'
import { codeOf, type Visitor } from './visitor.ts'
import { halfwayIn, openFlow, recoveryCodes, someoneWithTotp } from './with-factors.ts'

let people: People
let admin: Visitor
let adminId: string
beforeAll(async () => {
  people = await startPeople()
  const made = await people.administrator()
  admin = made.admin
  adminId = made.userId
})
afterAll(() => people.close())

const reset = async (personId: string, factors: string[]) => {
  const heard = await people.act(admin, personId, 'reset-factors', { factors, reason: 'phone lost, seen in person' })
  expect(heard.status).toBe(200)
  return resetPersonFactors.answers[200].parse(heard.json)
}

async function happenedTo(visitor: Visitor, kind: string) {
  const { items } = listActivity.answers[200].parse((await visitor.guard('GET', '/api/v1/activity')).json)
  return items.filter((item) => item.kind === kind)
}

describe('resetting extra steps', () => {
  it('takes app and recovery codes away, ends every session, and is written down with its reason', async () => {
    const { person, visitor: owner, userId } = await someoneWithTotp(people.identity)
    await recoveryCodes(owner)
    people.identity.revoked.length = 0
    const seen = await reset(userId, ['totp', 'recovery-codes'])
    expect(seen).toMatchObject({
      factors: { password: true, totp: false, recoveryCodes: false },
      sessions: [],
      actions: [{ kind: 'reset-factors', byId: adminId, reason: 'phone lost, seen in person', doneAt: expect.any(String) }],
    })
    expect(people.identity.revoked).toContainEqual({ scope: 'identity', id: userId })
    expect((await owner.whoami()).status).toBe(401)
    const back = await halfwayIn(people.identity, person.email)
    expect((await back.guard('GET', '/api/v1/session')).json).toMatchObject({ standing: [], assuranceLevel: 'aal1' })
    const detail = { by: 'administrator', totp: true, codes: true, passkeys: false }
    expect(await happenedTo(back, 'factors-reset')).toMatchObject([{ detail, address: null }])
    expect(await happenedTo(back, 'sessions-ended')).toEqual([])
    const told = await toldAbout(people.identity, userId)
    expect(told).toContainEqual({ type: 'identity.credentials.changed.v1', actor: adminId, data: { change: 'factors-reset' } })
    const ended = { sessionId: 'all', by: 'administrator', because: 'factors-reset' }
    expect(told.filter(({ type }) => type === 'identity.session.ended.v1')).toEqual([
      { type: 'identity.session.ended.v1', actor: adminId, data: ended },
    ])
    expect(JSON.stringify(told)).not.toContain('phone lost')
  })

  it('takes one of them and leaves the other, which is still asked for', async () => {
    const { person, visitor: owner, userId } = await someoneWithTotp(people.identity)
    await recoveryCodes(owner)
    expect((await reset(userId, ['totp'])).factors).toMatchObject({ totp: false, recoveryCodes: true })
    const back = await halfwayIn(people.identity, person.email)
    expect((await back.guard('GET', '/api/v1/session')).json).toMatchObject({ standing: ['second-factor-required'] })
  })

  it('is repeatable', async () => {
    const { userId } = await someoneWithTotp(people.identity)
    await reset(userId, ['totp'])
    expect((await reset(userId, ['totp'])).factors.totp).toBe(false)
  })
})

describe('resetting passkeys', () => {
  it('takes every one of them, and the extra steps that stand before them', async () => {
    const { person, visitor: owner, userId } = await someoneWithTotp(people.identity)
    await addPasskey(owner)
    await addPasskey(owner)
    await recoveryCodes(owner)
    expect((await people.security(admin, userId)).factors).toMatchObject({ totp: true, recoveryCodes: true, passkeys: 2 })
    const seen = await reset(userId, ['passkeys'])
    expect(seen.factors).toMatchObject({ password: true, totp: false, recoveryCodes: false, passkeys: 0 })
    expect(seen.sessions).toEqual([])
    expect((await owner.whoami()).status).toBe(401)
    const back = await halfwayIn(people.identity, person.email)
    const detail = { by: 'administrator', totp: true, codes: true, passkeys: true }
    expect(await happenedTo(back, 'factors-reset')).toMatchObject([{ detail }])
    expect(await happenedTo(back, 'passkey-removed')).toHaveLength(2)
  })

  it('works for somebody who has no extra step', async () => {
    const { ann, userId } = await people.person()
    await addPasskey(ann)
    expect((await reset(userId, ['passkeys'])).factors).toMatchObject({ password: true, passkeys: 0 })
  })
})

describe('where administrators must have a second factor', () => {
  let strict: People
  beforeAll(async () => {
    strict = await startPeople({ administratorsNeedSecondFactor: true })
  })
  afterAll(() => strict.close())

  const actions = ['deactivate', 'activate', 'end-sessions', 'reset-factors', 'send-sign-in-link']

  it('a session of one factor helps nobody, also where Kratos was not yet told of the rule', async () => {
    const [thief, { userId }] = [await strict.administrator(), await strict.person()]
    const refused = async (code: string) => {
      for (const action of actions)
        expect(codeOf(await strict.act(thief.admin, userId, action, action === 'reset-factors' ? { factors: ['totp'] } : {}))).toBe(code)
      expect(codeOf(await strict.invite(thief.admin))).toBe(code)
      expect(codeOf(await thief.admin.guard('GET', `/api/v1/people/${userId}/security`))).toBe(code)
    }
    await refused('second-factor-setup-required')
    await strict.identity.deps.kratos.patchIdentity(thief.userId, [
      { op: 'replace', path: '/metadata_public/secondFactorRequired', value: false },
    ])
    await refused('second-factor-setup-required')
  })

  it('one that has set it up helps', async () => {
    const [made, { userId }] = [await strict.administrator(), await strict.person()]
    const flow = await openFlow(made.admin, '/self-service/settings/browser')
    const body = { method: 'totp', totp_code: totpCode(flow.textOf('totp_secret_key')?.text ?? '') }
    expect((await made.admin.submit('settings', body, flow)).status).toBe(200)
    expect((await strict.act(made.admin, userId, 'end-sessions')).status).toBe(200)
  })
})
