import { exportPerson } from '@app/contracts/archive'
import { ProblemDocument } from '@app/contracts/problem'
import { UserView } from '@app/contracts/users'
import { newId } from '@app/db/id'
import { until } from '@app/testing/poll'
import { testServers } from '@app/testing/servers'
import { startTcpProxy } from '@app/testing/tcp-proxy'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aCopy, identityCallerSecret, notificationsSecret, publicOrigin, type UsersFixture, usersFixture } from './fixture.ts'

let fixture: UsersFixture
beforeAll(async () => {
  fixture = await usersFixture()
})
afterAll(() => fixture.drop())
beforeEach(() => {
  fixture.keto.down = false
})

type Headers = Record<string, string>
const get = async (path: string, headers: Headers = {}) => fixture.publicApp.request(`/api/v1${path}`, { headers })
const patch = async (body: unknown, headers: Headers) =>
  fixture.publicApp.request('/api/v1/users/me', {
    method: 'PATCH',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
const me = async (headers: Headers) => UserView.parse(await (await get('/users/me', headers)).json())
const problem = async (response: Response) => ProblemDocument.parse(await response.json())

async function administrator() {
  const copy = aCopy({ name: 'Admin' })
  await fixture.ensure(copy)
  fixture.keto.administrators.add(copy.id)
  return fixture.signIn(copy)
}

describe('GET /users/me', () => {
  it('answers 401 without a session', async () => {
    expect((await get('/users/me')).status).toBe(401)
  })

  it('makes the person on the first request, once, also when many come together', async () => {
    const copy = aCopy({ email: 'first@example.org', name: 'First' })
    const headers = fixture.signIn(copy)
    const responses = await Promise.all(Array.from({ length: 20 }, () => get('/users/me', headers)))
    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(await me(headers)).toMatchObject({ id: copy.id, email: 'first@example.org', name: 'First', displayName: null, version: 1 })
    expect(await fixture.events(copy.id)).toEqual(['users.user.registered.v1'])
  })

  it('shows newer traits at once and older ones never', async () => {
    const copy = aCopy({ emailVerified: false })
    await fixture.ensure(copy)
    const later = { ...copy, name: 'Later', updatedAt: '2026-11-21T09:10:00.000Z' }
    expect(await me(fixture.signIn(later))).toMatchObject({ name: 'Later' })
    expect(await me(fixture.signIn(copy))).toMatchObject({ name: 'Later', emailVerified: false })
    expect(await me(fixture.signIn({ ...later, emailVerified: true }))).toMatchObject({ emailVerified: true })
  })

  it('answers 401 to somebody who was erased meanwhile', async () => {
    const copy = aCopy()
    const headers = fixture.signIn(copy)
    const { eraseUser } = await import('../src/ensure-user.ts')
    await fixture.system.db.transaction((tx) => eraseUser(tx, copy.id))
    expect((await get('/users/me', headers)).status).toBe(401)
  })

  it('carries the version as ETag and nothing that is not in the contract', async () => {
    const response = await get('/users/me', fixture.signIn(aCopy()))
    expect(response.headers.get('etag')).toBe('"1"')
    expect(Object.keys(Object(await response.json())).sort()).toEqual(Object.keys(UserView.shape).sort())
  })
})

describe('PATCH /users/me', () => {
  it('changes own columns, empties with null, leaves what is not named', async () => {
    const headers = fixture.signIn(aCopy())
    expect((await patch({ displayName: 'Ada', title: 'Countess', timeZone: 'europe/london' }, headers)).status).toBe(200)
    const changed = UserView.parse(await (await patch({ title: null }, headers)).json())
    expect(changed).toMatchObject({ displayName: 'Ada', title: null, timeZone: 'Europe/London', version: 3 })
    expect(await me(headers)).toEqual(changed)
  })

  it('names the settings screen for a copied trait, and changes nothing', async () => {
    const headers = fixture.signIn(aCopy())
    for (const trait of ['email', 'name', 'locale', 'phone']) {
      const response = await patch({ title: 'x', [trait]: 'nl' }, headers)
      expect(await problem(response)).toMatchObject({
        status: 400,
        errors: [{ path: trait, message: expect.stringContaining('/settings') }],
      })
    }
    expect(await me(headers)).toMatchObject({ title: null, version: 1 })
  })

  it.each([{ timeZone: 'Mars/Base' }, { displayName: '' }, { title: 'x'.repeat(101) }, { version: 2 }, { displayName: 'a\u0000' }, []])(
    'refuses %j',
    async (body) => {
      expect((await patch(body, fixture.signIn(aCopy()))).status).toBe(400)
    },
  )

  it('does not overwrite what somebody else changed', async () => {
    const headers = fixture.signIn(aCopy())
    expect((await patch({ title: 'a' }, { ...headers, 'if-match': '"1"' })).headers.get('etag')).toBe('"2"')
    expect(await problem(await patch({ title: 'b' }, { ...headers, 'if-match': '"1"' }))).toMatchObject({
      status: 412,
      code: 'version-conflict',
    })
    expect((await patch({}, { ...headers, 'if-match': '"1"' })).status).toBe(412)
    expect((await patch({ title: 'b' }, { ...headers, 'if-match': 'W/"2"' })).status).toBe(412)
    expect((await patch({ title: 'b' }, { ...headers, 'if-match': '2' })).status).toBe(400)
    expect(await me(headers)).toMatchObject({ title: 'a', version: 2 })
  })

  it('lets one of many at once win with the same version', async () => {
    const headers = fixture.signIn(aCopy())
    await me(headers)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => patch({ title: `t${index}` }, { ...headers, 'if-match': '"1"' })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)])
  })

  it('needs our origin with a cookie', async () => {
    const response = await patch({ title: 'x' }, { cookie: 'ory_kratos_session=x', origin: 'https://evil.example' })
    expect([response.status, publicOrigin]).toEqual([403, 'http://localhost:8080'])
  })
})

describe('the directory', () => {
  it('is open to a platform administrator', async () => {
    const headers = await administrator()
    const someone = aCopy({ name: 'Someone' })
    await fixture.ensure(someone)
    expect((await get('/users', headers)).status).toBe(200)
    expect(await (await get(`/users/${someone.id.toUpperCase()}`, headers)).json()).toMatchObject({ id: someone.id, name: 'Someone' })
    expect(await problem(await get(`/users/${newId()}`, headers))).toMatchObject({ status: 404, code: 'user-not-found' })
  })

  it('is closed to everybody else, byte for byte alike for unknown and existing people', async () => {
    const someone = aCopy()
    await fixture.ensure(someone)
    const headers = { ...fixture.signIn(aCopy()), 'x-request-id': 'the-same-request' }
    const texts = await Promise.all([someone.id, newId(), newId()].map(async (id) => (await get(`/users/${id}`, headers)).text()))
    expect(new Set(texts).size).toBe(1)
    expect(JSON.parse(texts[0] ?? '')).toMatchObject({ status: 403, code: 'forbidden' })
    expect((await get('/users', headers)).status).toBe(403)
    expect((await get('/users')).status).toBe(401)
  })

  it('answers 503, not 403, when Keto cannot be asked', async () => {
    const headers = await administrator()
    fixture.keto.down = true
    for (const path of ['/users', `/users/${newId()}`]) expect((await get(path, headers)).status).toBe(503)
  })

  it.each([
    'limit=0',
    'cursor=nonsense',
    'cursor=W10',
    `cursor=${Buffer.from(JSON.stringify(['0000-01-01T00:00:00Z', newId()])).toString('base64url')}`,
    'state=gone',
    'createdAfter=yesterday',
    'createdAfter=0000-01-01T00:00:00Z',
    'search=',
    'search=%00',
    'sort=name',
  ])('refuses %s', async (query) => {
    expect((await get(`/users?${query}`, await administrator())).status).toBe(400)
  })
})

describe('GET /internal/users/{userId}/contact', () => {
  const contact = (id: string, headers: Headers = { authorization: `Bearer ${notificationsSecret}` }) =>
    fixture.internalApp.request(`/internal/users/${id}/contact`, { headers })

  it('answers how to reach a person and nothing else', async () => {
    const copy = aCopy({ locale: 'nl' })
    await fixture.ensure(copy)
    const { id: userId, email, emailVerified, name, state } = copy
    expect(await (await contact(copy.id)).json()).toEqual({ userId, email, emailVerified, name, state, locale: 'nl' })
  })

  it('answers 404 for nobody and 401 to a stranger', async () => {
    expect(await problem(await contact(newId()))).toMatchObject({ status: 404, code: 'user-not-found' })
    expect((await contact(newId(), { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await contact(newId(), {})).status).toBe(401)
  })

  it('is not on the public port', async () => {
    expect((await fixture.publicApp.request(`/internal/users/${newId()}/contact`)).status).toBe(404)
  })
})

describe('POST /internal/people/{userId}/export', () => {
  const exported = (id: string, secret = identityCallerSecret) =>
    fixture.internalApp.request(`/internal/people/${id}/export`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: '{"addresses":[]}',
    })

  it('answers the profile and the preferences of this person alone', async () => {
    const [ann, bob] = [aCopy({ name: 'Ann' }), aCopy({ name: 'Bob' })]
    for (const copy of [ann, bob]) {
      await fixture.ensure(copy)
      await fixture.publicApp.request('/api/v1/preferences/app.theme', {
        method: 'PUT',
        body: JSON.stringify({ value: `of ${copy.name}` }),
        headers: { 'content-type': 'application/json', ...fixture.signIn(copy) },
      })
    }
    const { parts } = exportPerson.answers[200].parse(await (await exported(ann.id)).json())
    expect(parts['profile']).toMatchObject([{ id: ann.id, email: ann.email, name: 'Ann' }])
    expect(parts['preferences']).toMatchObject([{ key: 'app.theme', value: 'of Ann' }])
    expect(JSON.stringify(parts)).not.toContain('Bob')
  })

  it('answers nothing about nobody, and nobody but identity', async () => {
    expect(await (await exported(newId())).json()).toEqual({ parts: { profile: [], preferences: [] } })
    expect((await exported(newId(), notificationsSecret)).status).toBe(403)
  })
})

describe('a database that is gone', () => {
  it('is 503 with a reason, and works again by itself', async () => {
    const { hostname, port } = new URL(testServers().postgresUrl)
    const proxy = await startTcpProxy({ host: hostname, port: Number(port) })
    const behind = await usersFixture({ through: proxy })
    try {
      const headers = behind.signIn(aCopy())
      const ask = () => behind.publicApp.request('/api/v1/users/me', { headers })
      expect((await ask()).status).toBe(200)
      await proxy.stop()
      const down = await ask()
      expect(await problem(down)).toMatchObject({ status: 503, code: 'database-down' })
      const health = await behind.internalApp.request('/health/ready')
      expect([health.status, await health.json()]).toMatchObject([
        503,
        { checks: [{ name: 'database', ok: false, reason: expect.any(String) }] },
      ])
      await proxy.start()
      await until(async () => (await ask()).status === 200, { timeoutMs: 5000 })
      proxy.freeze()
      const startedAt = performance.now()
      expect((await ask()).status).toBe(503)
      expect(performance.now() - startedAt).toBeLessThan(3000)
      proxy.resume()
      await until(async () => (await ask()).status === 200, { timeoutMs: 5000 })
    } finally {
      await behind.drop()
      await proxy.close()
    }
  })
})
