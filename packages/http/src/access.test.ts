import { ProblemDocument } from '@app/contracts/problem'
import { describe, expect, it } from 'vitest'
import { asPerson, json, secrets, testService, tokens } from './test-service.ts'

const { publicApp, internalApp } = testService()
const get = (path: string, headers: Record<string, string> = {}) => publicApp.request(`/api/v1${path}`, { headers })
const codeOf = async (response: Response) => [response.status, ProblemDocument.safeParse(await response.json()).data?.code]

describe('signedIn', () => {
  it('answers 401 without a session, with one that Kratos does not know, and in no other way', async () => {
    const response = await get('/things')
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await codeOf(response)).toEqual([401, 'not-signed-in'])
    expect(await codeOf(await get('/things', { cookie: 'ory_kratos_session=forged' }))).toEqual([401, 'not-signed-in'])
    expect(await codeOf(await get('/things', { authorization: 'Bearer forged' }))).toEqual([401, 'not-signed-in'])
  })

  it('takes a cookie, a session token and a bearer token', async () => {
    expect((await get('/things', { cookie: `ory_kratos_session=${tokens.person}` })).status).toBe(200)
    expect((await get('/things', asPerson)).status).toBe(200)
    expect((await get('/things', { authorization: `Bearer ${tokens.person}` })).status).toBe(200)
  })

  it('lets a token alone decide when a cookie comes too', async () => {
    expect((await get('/things', { 'x-session-token': 'forged', cookie: `ory_kratos_session=${tokens.person}` })).status).toBe(401)
  })

  it('refuses guests, and guestOk takes them', async () => {
    const guest = { 'x-session-token': tokens.guest }
    expect(await codeOf(await get('/things', guest))).toEqual([403, 'forbidden'])
    expect(await (await get('/guest', guest)).json()).toEqual({ id: 'guest' })
  })

  it('answers 503, not 401, when sessions cannot be looked up', async () => {
    expect((await get('/things', { 'x-session-token': tokens.broken })).status).toBe(503)
  })

  it('comes before anything that the request says', async () => {
    const response = await publicApp.request('/api/v1/things', { method: 'POST', body: '{', headers: { 'content-type': 'text/plain' } })
    expect(response.status).toBe(401)
  })
})

describe('permission', () => {
  it('allows what Keto allows', async () => {
    expect((await get('/things/0198', { 'x-session-token': tokens.admin })).status).toBe(200)
  })

  it('answers alike, byte for byte, whatever the id', async () => {
    const headers = { ...asPerson, 'x-request-id': 'the-same-request' }
    const texts = await Promise.all(['0198', 'foreign', 'never-there'].map(async (id) => (await get(`/things/${id}`, headers)).text()))
    expect(new Set(texts).size).toBe(1)
    expect(JSON.parse(texts[0] ?? '')).toMatchObject({ status: 403, code: 'forbidden' })
  })

  it('answers 503 when Keto cannot be asked', async () => {
    expect(await codeOf(await get('/things/keto-down', asPerson))).toEqual([503, 'permission-service-down'])
  })

  it('refuses guests before Keto is asked', async () => {
    expect((await get('/things/keto-down', { 'x-session-token': tokens.guest })).status).toBe(403)
  })
})

describe('internal', () => {
  const call = (authorization: string | null, path = '/internal/things') =>
    internalApp.request(path, {
      method: 'POST',
      body: '{"text":"a\\u0000"}',
      headers: { ...json, ...(authorization ? { authorization } : {}) },
    })

  it('knows a caller by its current and its older secret', async () => {
    for (const secret of secrets.users) expect(await (await call(`Bearer ${secret}`)).json()).toEqual({ id: 'users' })
  })

  it.each([null, 'Bearer ', 'Bearer wrong', `Basic ${secrets.users[0]}`, `Bearer ${secrets.users[0]} `, `Bearer ${secrets.users[0]}x`])(
    'answers 401 to %j',
    async (authorization) => {
      expect(await codeOf(await call(authorization))).toEqual(authorization?.endsWith('1 ') ? [200, undefined] : [401, 'caller-unknown'])
    },
  )

  it('answers 403 to a caller that the route does not name', async () => {
    expect(await codeOf(await call(`Bearer ${secrets.operator[0]}`))).toEqual([403, 'forbidden'])
  })

  it('has no public routes, and the public port has no internal ones', async () => {
    expect((await internalApp.request('/api/v1/open')).status).toBe(404)
    for (const path of ['/internal/things', '/api/v1/internal/things', '/health/live', '/health/ready', '/metrics', '/openapi.json']) {
      expect((await publicApp.request(path)).status).toBe(404)
    }
  })

  it('does not start with a caller that has no secret, an empty one or a shared one', () => {
    expect(() => testService({ callers: {} })).toThrow('names users, which has no secret')
    expect(() => testService({ callers: { users: [] } })).toThrow('users has no secret')
    expect(() => testService({ callers: { users: [' '] } })).toThrow('users has no secret')
    expect(() => testService({ callers: { users: ['same-same'], kratos: ['same-same'] } })).toThrow('shares a secret')
  })
})
