import { listActivity } from '@app/contracts/activity'
import { listSessions, type SessionEntry } from '@app/contracts/sessions'
import { until } from '@app/testing/poll'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { endIdleSessions, noteSeen } from '../src/sessions/seen-sessions.ts'
import { type Identity, secrets, startIdentity } from './identity-fixture.ts'
import { signUp } from './signed-up.ts'
import { toldAbout } from './told.ts'
import { codeOf, password, type Visitor } from './visitor.ts'

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ sessionRules: { idleMinutes: 30 } })
})
afterAll(() => identity.close())

const signedUp = () => signUp(identity)
const toldOf = async (userId: string, type: string) => (await toldAbout(identity, userId, type)).map(({ data }) => data)

/** Another browser of the same person. */
async function elsewhere(email: string, headers: Record<string, string> = {}): Promise<{ visitor: Visitor; sessionId: string }> {
  const visitor = identity.visitor()
  const { id, csrf } = await visitor.open('login')
  const body = { csrf_token: csrf, method: 'password', identifier: email, password }
  const answer = await visitor.guard('POST', `/self-service/login?flow=${id}`, { body, headers })
  expect(answer.status).toBe(200)
  return { visitor, sessionId: (await visitor.whoami()).sessionId ?? '' }
}

const sessionsOf = async (visitor: Visitor): Promise<SessionEntry[]> =>
  listSessions.answers[200].parse((await visitor.guard('GET', '/api/v1/sessions')).json).items
const activityOf = async (visitor: Visitor) => listActivity.answers[200].parse((await visitor.guard('GET', '/api/v1/activity')).json).items

describe('the list', () => {
  it('shows where somebody is signed in, since when, how and from where', async () => {
    const { ann, email, sessionId } = await signedUp()
    const other = await elsewhere(email, { 'user-agent': firefox, 'true-client-ip': '192.0.2.9' })
    const items = await sessionsOf(ann)
    expect(items.map(({ id, current }) => [id, current])).toEqual([
      [other.sessionId, false],
      [sessionId, true],
    ])
    expect(items[0]).toMatchObject({ browser: 'Firefox', system: 'Linux', address: '192.0.2.9', method: 'password', native: false })
    expect(items[0]?.deviceId).not.toBe(items[1]?.deviceId)
    expect((await identity.visitor().guard('GET', '/api/v1/sessions')).status).toBe(401)
  })

  it('tells each sign-in once, and that a device is new unless it is the first or was there before', async () => {
    const { ann, email, userId, sessionId } = await signedUp()
    const other = await elsewhere(email)
    const token = other.visitor.cookies.get('vst_device') ?? ''
    const again = await elsewhere(email, { 'x-device-token': token })
    await Promise.all([sessionsOf(ann), sessionsOf(ann), sessionsOf(other.visitor)])
    const told = await toldOf(userId, 'identity.sign-in.succeeded.v1')
    expect(told).toEqual([
      { method: 'password', sessionId, newDevice: false },
      { method: 'password', sessionId: other.sessionId, newDevice: true },
      { method: 'password', sessionId: again.sessionId, newDevice: false },
    ])
    const [first] = (await activityOf(ann)).filter(({ kind }) => kind === 'signed-in')
    expect(first).toMatchObject({ sessionId: again.sessionId, detail: { method: 'password', newDevice: false } })
  })

  it('knows of a sign-in that the guard could not write down', async () => {
    const { ann, email, userId } = await signedUp()
    const flow = await fetch(`${identity.kratos.publicUrl}/self-service/login/api`)
    const { id } = z.object({ id: z.string() }).parse(await flow.json())
    const around = await fetch(`${identity.kratos.publicUrl}/self-service/login?flow=${id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ method: 'password', identifier: email, password }),
    })
    expect(around.status).toBe(200)
    await until(async () => ((await toldOf(userId, 'identity.sign-in.succeeded.v1')).length === 2 ? true : undefined))
    expect(await sessionsOf(ann)).toHaveLength(2)
  })
})

describe('ending', () => {
  it('ends one session in Kratos, publishes it, and tells it once when two do it at once', async () => {
    const { ann, email, userId } = await signedUp()
    const other = await elsewhere(email)
    const answers = await Promise.all([1, 2].map(() => ann.guard('DELETE', `/api/v1/sessions/${other.sessionId}`)))
    const statuses = answers.map(({ status }) => status)
    // Whoever comes when it is gone is told what others are told who ask for nothing.
    expect([
      [204, 204],
      [204, 403],
      [403, 204],
    ]).toContainEqual(statuses)
    expect(identity.revoked).toContainEqual({ scope: 'session', id: other.sessionId })
    expect((await other.visitor.whoami()).status).toBe(401)
    expect((await ann.whoami()).status).toBe(200)
    expect(await toldOf(userId, 'identity.session.ended.v1')).toEqual([{ sessionId: other.sessionId, by: 'person' }])
    expect((await activityOf(ann)).filter(({ kind }) => kind === 'sessions-ended')).toHaveLength(1)
  })

  it('answers foreign, unknown and ended ids alike, byte for byte', async () => {
    const [{ ann, email }, stranger] = [await signedUp(), await signedUp()]
    const ended = await elsewhere(email)
    await ann.guard('DELETE', `/api/v1/sessions/${ended.sessionId}`)
    const headers = { 'x-request-id': 'the-same-request' }
    const ids = [stranger.sessionId, '0198c0de-0000-7000-8000-000000000001', ended.sessionId]
    const answers = await Promise.all(ids.map((id) => ann.guard('DELETE', `/api/v1/sessions/${id}`, { headers })))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(answers.map((answer) => [answer.status, codeOf(answer)])).toEqual(ids.map(() => [403, 'forbidden']))
    expect((await stranger.ann.whoami()).status).toBe(200)
  })

  it('ends all others, or all', async () => {
    const { ann, email, userId } = await signedUp()
    const others = [await elsewhere(email), await elsewhere(email)]
    expect(await ann.guard('DELETE', '/api/v1/sessions?which=others')).toMatchObject({ status: 200, json: { ended: 2 } })
    for (const { visitor } of others) expect((await visitor.whoami()).status).toBe(401)
    expect((await ann.whoami()).status).toBe(200)
    expect((await ann.guard('DELETE', '/api/v1/sessions')).status).toBe(400)
    expect(await ann.guard('DELETE', '/api/v1/sessions?which=all')).toMatchObject({ status: 200, json: { ended: 1 } })
    expect((await ann.whoami()).status).toBe(401)
    expect(identity.revoked).toContainEqual({ scope: 'identity', id: userId })
    expect((await toldOf(userId, 'identity.session.ended.v1')).at(-1)).toEqual({ sessionId: 'all', by: 'person' })
  })

  it('takes no other site for the person', async () => {
    const { ann, sessionId } = await signedUp()
    const answer = await ann.guard('DELETE', `/api/v1/sessions/${sessionId}`, { headers: { origin: 'https://evil.example' } })
    expect([answer.status, codeOf(answer)]).toEqual([403, 'cross-origin'])
    expect((await ann.whoami()).status).toBe(200)
  })

  it('tells of sessions that a logout and a new password ended', async () => {
    const { ann, email, userId } = await signedUp()
    const [other, third] = [await elsewhere(email), await elsewhere(email)]
    const { logout_token: token } = z
      .object({ logout_token: z.string() })
      .parse((await other.visitor.kratos('/self-service/logout/browser')).json)
    await other.visitor.guard('GET', `/self-service/logout?token=${token}`)
    const changed = await ann.submit('settings', { method: 'password', password: 'another horse battery 8' })
    expect(changed.status).toBe(200)
    expect((await third.visitor.whoami()).status).toBe(401)
    const told = await until(async () => {
      const ended = await toldOf(userId, 'identity.session.ended.v1')
      return ended.length === 2 ? ended : undefined
    })
    expect(new Set(told.map(({ sessionId }) => sessionId))).toEqual(new Set([other.sessionId, third.sessionId]))
  })
})

describe('a session that is not used', () => {
  it('ends after the time that the configuration says, and not while services report it', async () => {
    const { ann, email, userId, sessionId } = await signedUp()
    const other = await elsewhere(email)
    await identity.database.owner.db.execute(
      sql`update account_sessions set last_seen_at = now() - interval '34 minutes' where identity_id = ${userId}`,
    )
    const report = await identity.internal('/internal/sessions/seen', {
      method: 'POST',
      secret: secrets.users,
      body: { sessions: [{ sessionId, userId }] },
    })
    expect(report.status).toBe(204)
    await endIdleSessions(identity.deps)
    expect((await ann.whoami()).status).toBe(200)
    expect((await other.visitor.whoami()).status).toBe(401)
    expect(identity.revoked).toContainEqual({ scope: 'session', id: other.sessionId })
    expect(await toldOf(userId, 'identity.session.ended.v1')).toEqual([{ sessionId: other.sessionId, by: 'idle' }])
  })

  it('is compared with Kratos when a service reports one that nobody wrote down', async () => {
    const { userId, sessionId } = await signedUp()
    await identity.database.owner.db.execute(sql`delete from account_sessions where id = ${sessionId}`)
    await noteSeen(identity.deps, [{ sessionId, userId }])
    await until(async () => {
      const [row] = await identity.database.owner.db.execute(sql`select 1 from account_sessions where id = ${sessionId}`)
      return row
    })
  })
})

describe('deactivating', () => {
  it('ends sessions for good: activating revives none', async () => {
    const { ann, userId } = await signedUp()
    const setState = async (value: 'active' | 'inactive') => {
      await identity.deps.kratos.patchIdentity(userId, [{ op: 'replace', path: '/state', value }])
      await identity.internal(`/internal/identities/${userId}`, { secret: secrets.users })
    }
    await setState('inactive')
    await setState('active')
    expect((await ann.whoami()).status).toBe(401)
  })

  it('also when it was noticed only after the activation', async () => {
    const { ann, email, userId } = await signedUp()
    await identity.database.owner.db.execute(sql`update identities set state = 'inactive', changed_at = now() where id = ${userId}`)
    const later = await elsewhere(email)
    await identity.internal(`/internal/identities/${userId}`, { secret: secrets.users })
    expect((await ann.whoami()).status).toBe(401)
    expect((await later.visitor.whoami()).status).toBe(200)
  })
})
