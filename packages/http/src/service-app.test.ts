import { contract } from '@app/contracts/contract'
import { ProblemDocument } from '@app/contracts/problem'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { publicRoute } from './access.ts'
import { answer, route } from './route.ts'
import { asPerson, json, otherOrigin, publicOrigin, testRoutes, testService, tokens, userId } from './test-service.ts'

const { publicApp, lines } = testService()
const call = (path: string, init?: RequestInit) => publicApp.request(`/api/v1${path}`, init)
const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  call('/things', { method: 'POST', body, headers: { ...asPerson, ...json, ...headers } })

async function problemOf(response: Response | Promise<Response>) {
  const answered = await response
  expect(answered.headers.get('content-type')).toBe('application/problem+json')
  const problem = ProblemDocument.parse(await answered.json())
  expect(problem.status).toBe(answered.status)
  expect(problem.requestId).toBe(answered.headers.get('x-request-id'))
  return problem
}

describe('routing', () => {
  it('answers an unknown address with a problem', async () => {
    expect(await problemOf(call('/nothing'))).toMatchObject({ status: 404, code: 'route-not-found' })
    expect(await problemOf(publicApp.request('/'))).toMatchObject({ code: 'route-not-found' })
  })

  it('names the methods that an address takes', async () => {
    const response = await call('/things', { method: 'DELETE' })
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST')
    expect(await problemOf(response)).toMatchObject({ status: 405, code: 'method-not-allowed' })
    expect((await call('/things/x', { method: 'PROPFIND' })).headers.get('allow')).toBe('DELETE, GET, HEAD, OPTIONS')
  })

  it('answers OPTIONS with the methods and without CORS headers', async () => {
    const response = await call('/things', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS, POST'])
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  it('answers HEAD like GET without a body, checks included', async () => {
    expect((await call('/things', { method: 'HEAD' })).status).toBe(401)
    const response = await call('/things', { method: 'HEAD', headers: asPerson })
    expect([response.status, await response.text()]).toEqual([200, ''])
  })

  it('prefers a literal segment to a placeholder, whatever the order of the routes', async () => {
    expect(await (await call('/things/mine', { headers: asPerson })).json()).toEqual({ id: userId })
  })

  it('refuses two routes for one address', () => {
    expect(() => testService({ routes: [...testRoutes(), ...testRoutes()] })).toThrow('Two routes are')
  })

  it('decodes a placeholder once and never lets it reach another segment', async () => {
    const admin = { headers: { 'x-session-token': tokens.admin } }
    expect(await (await call('/things/a%2541', admin)).json()).toEqual({ id: 'a%41' })
    expect(await (await call('/things/a%2Fb', admin)).json()).toEqual({ id: 'a/b' })
    expect(await (await call('/things/%2e%2e', admin)).json()).toMatchObject({ code: 'route-not-found' })
    expect((await call('/things/%6dine/x', admin)).status).toBe(404)
  })
})

describe('answers', () => {
  it('keep what the contract does not name inside', async () => {
    const response = await call('/open', { headers: { 'x-real-ip': '192.0.2.7' } })
    expect(await response.json()).toEqual({ id: '192.0.2.7' })
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('carry the version', async () => {
    expect((await call('/things/mine2', { headers: { 'x-session-token': tokens.admin } })).headers.get('etag')).toBe('"3"')
  })

  it('have no body for 204', async () => {
    const response = await call('/things/x', { method: 'DELETE', headers: asPerson })
    expect([response.status, await response.text()]).toEqual([204, ''])
  })

  it('are parsed and written once when a handler gives the same one again, each with its own request id', async () => {
    let parsed = 0
    const View = z.object({ id: z.string().refine(() => ++parsed > 0) })
    const get = (path: `/${string}`) => contract({ method: 'get', path, summary: 'x', answers: { 200: View } })
    const kept = answer(200, { id: 'kept', secretColumn: 'x' }, { etag: '"1"' })
    const { publicApp: app } = testService({
      routes: [route(get('/kept'), publicRoute(), () => kept), route(get('/other'), publicRoute(), () => kept)],
    })
    const ask = (path: string, id: string) => app.request(`/api/v1${path}`, { headers: { 'x-request-id': id } })
    const answers = [await ask('/kept', 'request-one'), await ask('/kept', 'request-two')]
    expect(parsed).toBe(1)
    expect(await Promise.all(answers.map((one) => one.text()))).toEqual(['{"id":"kept"}', '{"id":"kept"}'])
    expect(answers.map(({ headers }) => headers.get('x-request-id'))).toEqual(['request-one', 'request-two'])
    expect(answers.map(({ headers }) => headers.get('etag'))).toEqual(['"1"', '"1"'])
    await ask('/other', 'request-three')
    expect(parsed).toBe(2)
  })

  it('take over a request id that is sane and make one otherwise', async () => {
    expect((await call('/open', { headers: { 'x-request-id': 'abcdef0123456789' } })).headers.get('x-request-id')).toBe('abcdef0123456789')
    for (const bad of ['x', 'a b c d e f g h', '<script>alert(1)</script>', 'a'.repeat(129)]) {
      expect((await call('/open', { headers: { 'x-request-id': bad } })).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    }
  })
})

describe('failures', () => {
  it.each(['error', 'string', 'contract'])('answer 500 without saying why: %s', async (how) => {
    const problem = await problemOf(call(`/fail/${how}`))
    expect(problem).toMatchObject({ status: 500, code: 'internal-error' })
    expect(JSON.stringify(problem)).not.toMatch(/secret|stack|detail/)
  })

  it("answer Hono's own exceptions as problems", async () => {
    expect(await problemOf(call('/fail/http'))).toMatchObject({ status: 404, code: 'route-not-found' })
    expect(await problemOf(call('/fail/teapot'))).toMatchObject({ status: 418, code: 'invalid-request' })
  })

  it('answer 503 when the database is down', async () => {
    expect(await problemOf(call('/fail/database'))).toMatchObject({ status: 503, code: 'database-down' })
  })

  it('log the cause of a 500 and name a broken answer by its field', async () => {
    lines.length = 0
    await call('/fail/error')
    await call('/fail/contract')
    expect(lines[0]).toMatchObject({
      level: 'error',
      route: '/api/v1/fail/{how}',
      status: 500,
      err: { name: 'Error', message: 'secret detail' },
    })
    expect(lines[1]).toMatchObject({ message: 'answer breaks its contract', issues: ['id: invalid_type'] })
  })
})

describe('bodies', () => {
  it('are taken as JSON only', async () => {
    expect((await post('{"name":"a"}')).status).toBe(201)
    expect((await post('{"name":"a"}', { 'content-type': 'application/json; charset=UTF-8' })).status).toBe(201)
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', 'application/jsonx', '']) {
      expect(await problemOf(post('{"name":"a"}', { 'content-type': type }))).toMatchObject({ status: 415 })
    }
    expect(await problemOf(post('{"name":"a"}', { 'content-encoding': 'gzip' }))).toMatchObject({ status: 415 })
  })

  it.each(['', '{', '{"name":"a"} x', 'undefined', '\ufeff{"name":"a"}', "{'name':'a'}"])('that are not JSON get 400: %j', async (body) => {
    expect(await problemOf(post(body))).toMatchObject({ status: 400, code: 'invalid-request' })
  })

  it('that are not UTF-8 get 400', async () => {
    expect(await problemOf(post(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)))).toMatchObject({ status: 400 })
  })

  it('over the limit get 413', async () => {
    expect(await problemOf(post(JSON.stringify({ name: 'a'.repeat(64 * 1024) })))).toMatchObject({ status: 413 })
    expect(await problemOf(post('{}', { 'content-length': '999999' }))).toMatchObject({ status: 413 })
  })

  it('with wrong or unknown fields get every place named', async () => {
    expect(await problemOf(post('{"name":7,"tags":[{"key":"a"},{"key":1,"x":2}],"role":"admin"}'))).toMatchObject({
      status: 400,
      errors: expect.arrayContaining([
        { path: 'name', message: expect.any(String) },
        { path: 'tags[1].key', message: expect.any(String) },
        { path: 'tags[1].x', message: 'Unknown field' },
        { path: 'role', message: 'Unknown field' },
      ]),
    })
    expect(await problemOf(post('[]'))).toMatchObject({ status: 400, errors: [{ path: '' }] })
    expect(await problemOf(post('null'))).toMatchObject({ status: 400 })
  })

  it.each([
    ['{"name":"a","__proto__":{"admin":true}}', '__proto__'],
    ['{"name":"a","any":{"x":{"\\u005f_proto__":1}}}', 'any.x.__proto__'],
    ['{"name":"a\\u0000b"}', 'name'],
    ['{"name":"\\ud800"}', 'name'],
    ['{"name":"a","any":{"\\u0000":1}}', 'any.\0'],
  ])('that are hostile get 400: %s', async (body, path) => {
    expect(await problemOf(post(body))).toMatchObject({ status: 400, errors: [{ path }] })
  })

  it('that are very deep get 400', async () => {
    const deep = `{"name":"a","any":{"x":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`
    expect(await problemOf(post(deep))).toMatchObject({ status: 400 })
  })
})

describe('queries', () => {
  it.each(['limit=1&limit=2', 'other=1', '__proto__=1', 'limit=%00', 'limit=abc', 'limit=10', '=1'])(
    'that are wrong get 400: %s',
    async (query) => {
      expect(await problemOf(call(`/things?${query}`, { headers: asPerson }))).toMatchObject({ status: 400, errors: [expect.anything()] })
    },
  )

  it('get 400 where a contract has none', async () => {
    expect(await problemOf(call('/open?x=1'))).toMatchObject({ errors: [{ path: 'x', message: 'Unknown field' }] })
  })
})

describe('cross-site writes', () => {
  const write = (headers: Record<string, string>) =>
    call('/things', { method: 'POST', body: '{"name":"a"}', headers: { ...json, ...headers } })
  const cookie = `ory_kratos_session=${tokens.person}`

  it('need our origin when a cookie decides', async () => {
    expect((await write({ cookie, origin: publicOrigin })).status).toBe(201)
    for (const origin of ['https://evil.example', 'null', 'http://localhost:8080.evil.example', 'http://localhost', '']) {
      expect(await problemOf(write({ cookie, origin }))).toMatchObject({ status: 403, code: 'cross-origin' })
    }
    expect(await problemOf(write({ cookie }))).toMatchObject({ code: 'cross-origin' })
  })

  it('may come from an origin that is listed, to the letter', async () => {
    expect((await write({ cookie, origin: otherOrigin })).status).toBe(201)
    const near = [
      'http://app.example.com',
      `${otherOrigin}:8443`,
      `${otherOrigin}/`,
      `${otherOrigin}.evil.org`,
      'https://x.app.example.com',
    ]
    for (const origin of [...near, 'https://APP.example.com', `${otherOrigin}, https://evil.example`]) {
      expect(await problemOf(write({ cookie, origin })), origin).toMatchObject({ status: 403, code: 'cross-origin' })
    }
  })

  it('need no origin with a token, and reads need none', async () => {
    expect((await write({ ...asPerson, cookie, origin: 'https://evil.example' })).status).toBe(201)
    expect((await call('/things', { headers: { cookie } })).status).toBe(200)
  })
})

describe('metrics and log', () => {
  it('count by pattern and say who, never what', async () => {
    lines.length = 0
    await call('/things/0198c0de?x=secret', { headers: { ...asPerson, cookie: 'secret' } })
    expect(lines).toEqual([
      expect.objectContaining({
        route: '/api/v1/things/{thingId}',
        method: 'GET',
        status: 400,
        actor: `user:${userId}`,
        code: 'invalid-request',
        port: 'public',
      }),
    ])
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  it('take over the trace', async () => {
    lines.length = 0
    await call('/open', { headers: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' } })
    await call('/open', { headers: { traceparent: '00-nonsense' } })
    expect(lines.map(({ traceId }) => traceId)).toEqual(['4bf92f3577b34da6a3ce929d0e0e4736', undefined])
  })
})
