import { until } from '@app/testing/poll'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type People, startPeople } from './people-fixture.ts'
import { codeOf, password, type Visitor } from './visitor.ts'

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

const unknown = '0199a000-0000-7000-8000-000000000001'
const bare = ({ status, text }: { status: number; text: string }) => [status, text.replace(/"requestId":"[^"]*"/, '')]
const actions = ['deactivate', 'activate', 'end-sessions', 'reset-factors', 'send-sign-in-link']
const more = (action: string) => (action === 'reset-factors' ? { factors: ['totp'] } : {})

describe('what an administrator sees', () => {
  it('is state, ways in, sessions and what happened, without secrets', async () => {
    const { ann, userId, email } = await people.person()
    const { sessionId } = await ann.whoami()
    const seen = await people.security(admin, userId)
    expect(seen).toMatchObject({
      personId: userId,
      email,
      state: 'active',
      administrator: false,
      factors: { password: true, totp: false, recoveryCodes: false, passkeys: 0, providers: [] },
      sessions: [{ id: sessionId, method: 'password', assuranceLevel: 'aal1' }],
      invitation: null,
      actions: [],
    })
    expect(JSON.stringify(seen)).not.toMatch(/hash|\$2[aby]\$|secret|token/i)
    expect((await people.security(admin, adminId)).administrator).toBe(true)
    const activity = await until(async () => {
      const heard = await admin.guard('GET', `/api/v1/people/${userId}/activity`)
      return heard.text.includes('registered') ? heard : undefined
    })
    expect(activity.status).toBe(200)
  })

  it('is 404 for nobody and for guests', async () => {
    const guest = people.identity.visitor()
    const made = await guest.guard('POST', '/api/v1/guests', { body: { keptAs: 'token' } })
    const { userId: guestId } = z.object({ userId: z.uuid() }).parse(made.json)
    for (const id of [unknown, guestId]) {
      for (const path of ['security', 'activity']) {
        expect(codeOf(await admin.guard('GET', `/api/v1/people/${id}/${path}`))).toBe('person-not-found')
      }
    }
  })
})

describe('deactivating', () => {
  it('ends every session for good, and everybody is told before the answer', async () => {
    const { ann, userId, email } = await people.person()
    people.identity.revoked.length = 0
    const heard = await people.act(admin, userId, 'deactivate')
    expect(people.identity.revoked).toContainEqual({ scope: 'identity', id: userId })
    expect(heard.json).toMatchObject({
      state: 'inactive',
      sessions: [],
      actions: [{ kind: 'deactivate', byId: adminId, reason: 'asked by phone', doneAt: expect.any(String) }],
    })
    expect((await ann.whoami()).status).toBe(401)
    expect((await ann.guard('GET', '/api/v1/session')).status).toBe(401)
    expect((await people.identity.visitor().signIn(email)).status).not.toBe(200)
    const back = await people.act(admin, userId, 'activate')
    expect(back.json).toMatchObject({ state: 'active', sessions: [] })
    expect((await ann.whoami()).status).toBe(401)
    expect((await people.identity.visitor().signIn(email)).status).toBe(200)
    const told = (await people.identity.events(userId)).flatMap(({ change }) => change ?? [])
    expect(told.filter((change) => change === 'state')).toHaveLength(2)
    const states = await people.identity.database.owner.db.execute<{ state: string }>(
      sql`select body->'data'->>'state' as state from outbox where subject = ${userId} and body->'data'->>'change' = 'state' order by sequence`,
    )
    expect(states.map(({ state }) => state)).toEqual(['inactive', 'active'])
  })

  it('kills the links of the person, also one that is half used', async () => {
    const { userId, email } = await people.person()
    expect((await people.act(admin, userId, 'send-sign-in-link')).status).toBe(200)
    await people.act(admin, userId, 'deactivate')
    await people.act(admin, userId, 'activate')
    expect((await people.redeem(people.tokenTo(email))).status).toBe(410)
  })

  it('leaves nobody inside who signs in at the same moment', async () => {
    const { userId, email } = await people.person()
    const arriving = Array.from({ length: 4 }, () => people.identity.visitor())
    await Promise.all([people.act(admin, userId, 'deactivate'), ...arriving.map((visitor) => visitor.signIn(email, password))])
    await people.act(admin, userId, 'activate')
    for (const visitor of arriving) expect((await visitor.whoami()).status).toBe(401)
  })

  it('is refused for oneself, and works for another administrator', async () => {
    expect(codeOf(await people.act(admin, adminId, 'deactivate'))).toBe('own-account')
    const other = await people.administrator()
    expect((await people.act(admin, other.userId, 'deactivate')).status).toBe(200)
    expect((await other.admin.guard('GET', '/api/v1/people/invitations')).status).toBe(401)
  })

  it('leaves one of two administrators who deactivate each other', async () => {
    await people.identity.database.owner.db.execute(
      sql`update platform_administrators set suspended_at = now() where user_id <> ${adminId} and suspended_at is null`,
    )
    const second = await people.administrator()
    const heard = await Promise.all([people.act(admin, second.userId, 'deactivate'), people.act(second.admin, adminId, 'deactivate')])
    const done = heard.filter(({ status }) => status === 200)
    expect(done).toHaveLength(1)
    const [left] = await people.identity.database.owner.db.execute<{ n: number }>(
      sql`select count(*)::int as n from platform_administrators where suspended_at is null and revoking_at is null`,
    )
    expect(left?.n).toBe(1)
    expect(heard.map((one) => (one.status === 200 ? 'done' : codeOf(one)))).toEqual(
      expect.arrayContaining([expect.stringMatching(/last-administrator|not-signed-in/)]),
    )
    // Whoever is left is the administrator of the tests that follow.
    if (heard[1]?.status === 200) {
      admin = second.admin
      adminId = second.userId
    }
  })

  it('is refused when everybody else who could administer has asked to leave', async () => {
    const { owner } = people.identity.database
    await owner.db.execute(
      sql`update platform_administrators set suspended_at = now() where user_id <> ${adminId} and suspended_at is null`,
    )
    const second = await people.administrator()
    await owner.db.execute(sql`insert into deletions (identity_id, due_at) values (${adminId}, now() + interval '1 day')`)
    expect(codeOf(await people.act(admin, second.userId, 'deactivate'))).toBe('last-administrator')
    await owner.db.execute(sql`delete from deletions`)
    expect((await people.act(admin, second.userId, 'deactivate')).status).toBe(200)
  })

  it('says 503 while Kratos is down, and is done when it is asked again', async () => {
    const { ann, userId } = await people.person()
    await people.identity.kratos.databaseProxy.stop()
    expect((await people.act(admin, userId, 'deactivate')).status).toBe(503)
    await people.identity.kratos.databaseProxy.start()
    await until(async () => (await people.act(admin, userId, 'deactivate')).status === 200, { timeoutMs: 8_000, everyMs: 200 })
    expect((await ann.whoami()).status).toBe(401)
  })
})

describe('ending sessions', () => {
  it('signs the person out everywhere and lets them sign in again', async () => {
    const { ann, userId, email } = await people.person()
    const phone = people.identity.visitor()
    await phone.signIn(email)
    expect((await people.act(admin, userId, 'end-sessions')).json).toMatchObject({ state: 'active', sessions: [] })
    expect([(await ann.whoami()).status, (await phone.whoami()).status]).toEqual([401, 401])
    expect((await people.identity.visitor().signIn(email)).status).toBe(200)
    const [told] = await people.identity.database.owner.db.execute<{ data: unknown; actor: string }>(
      sql`select body->'data' as data, body->>'actorid' as actor from outbox where subject = ${userId} and type = 'identity.session.ended.v1'`,
    )
    expect(told).toEqual({ data: { sessionId: 'all', by: 'administrator' }, actor: adminId })
  })
})

describe('a sign-in link', () => {
  it('lets the person in once, and the one before stops working', async () => {
    const { userId, email } = await people.person()
    await people.act(admin, userId, 'send-sign-in-link')
    const first = people.tokenTo(email)
    await people.act(admin, userId, 'send-sign-in-link')
    const second = people.tokenTo(email)
    expect((await people.redeem(first)).status).toBe(410)
    const { visitor } = await people.comeIn(second)
    expect((await visitor.whoami()).userId).toBe(userId)
    expect((await people.redeem(second)).status).toBe(410)
    expect(people.mailsTo(email).map(({ kind }) => kind)).toEqual(['set-password-link', 'set-password-link'])
  })

  it('goes to nobody who is deactivated or has not proven the address', async () => {
    const squatter = people.identity.visitor()
    await squatter.register()
    const { userId: unproven } = await squatter.whoami()
    expect(codeOf(await people.act(admin, unproven ?? '', 'send-sign-in-link'))).toBe('person-unproven')
    const { userId } = await people.person()
    await people.act(admin, userId, 'deactivate')
    expect(codeOf(await people.act(admin, userId, 'send-sign-in-link'))).toBe('person-inactive')
  })

  it('is dead once the address has changed', async () => {
    const { userId, email } = await people.person()
    await people.act(admin, userId, 'send-sign-in-link')
    await people.identity.deps.kratos.patchIdentity(userId, [{ op: 'replace', path: '/traits/email', value: `new.${email}` }])
    expect((await people.redeem(people.tokenTo(email))).status).toBe(410)
  })
})

describe('who may help', () => {
  it.each(actions)('%s is for administrators, whatever id is named', async (action) => {
    const [{ ann }, { userId }] = [await people.person(), await people.person()]
    expect((await people.act(people.identity.visitor(), userId, action, more(action))).status).toBe(401)
    const [known, other] = [
      bare(await people.act(ann, userId, action, more(action))),
      bare(await people.act(ann, unknown, action, more(action))),
    ]
    expect(known).toEqual(other)
    expect(known[0]).toBe(403)
    expect(codeOf(await people.act(admin, unknown, action, more(action)))).toBe('person-not-found')
  })

  it.each(['security', 'activity'])('%s is for administrators, whatever id is named', async (path) => {
    const [{ ann }, { userId }] = [await people.person(), await people.person()]
    const read = async (id: string) => bare(await ann.guard('GET', `/api/v1/people/${id}/${path}`))
    expect(await read(userId)).toEqual(await read(unknown))
    expect((await read(userId))[0]).toBe(403)
  })

  it.each(['', 'no', 'x'.repeat(501), 'line\nbreak'])('needs a reason that can be read: %j', async (reason) => {
    const { userId } = await people.person()
    const heard = await people.act(admin, userId, 'end-sessions', { reason })
    expect([heard.status, heard.json]).toEqual([400, expect.objectContaining({ errors: [expect.objectContaining({ path: 'reason' })] })])
  })

  it('is not said while Keto is down, and nothing happens', async () => {
    const { ann, userId } = await people.person()
    await people.keto.databaseProxy.stop()
    try {
      for (const action of actions) expect(codeOf(await people.act(admin, userId, action, more(action)))).toBe('permission-service-down')
      expect((await ann.whoami()).status).toBe(200)
    } finally {
      await people.keto.databaseProxy.start()
    }
  })
})

it('forgets reasons with the person', async () => {
  const { userId } = await people.person()
  await people.act(admin, userId, 'end-sessions')
  await people.identity.deps.kratos.deleteIdentity(userId)
  await people.identity.internal(`/internal/identities/${userId}`, { secret: 'users-secret-of-tests' })
  const [rows] = await people.identity.database.owner.db.execute<{ n: number }>(
    sql`select count(*)::int as n from administrator_actions where identity_id = ${userId}`,
  )
  expect(rows?.n).toBe(0)
})
