/** Other front-ends: what a browser there is told, and what one at any other origin is not. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ask, type Edge, startEdge } from './edge.ts'

const app = 'https://app.example.com'
const local = 'http://localhost:5173'
let edge: Edge
beforeAll(async () => {
  edge = await startEdge((input) => ({
    ...input,
    allowedOrigins: [app, local],
    returnUrls: [`${app}/`, 'https://links.example.com/app/', 'com.example.app://signed-in'],
  }))
})
afterAll(() => edge.stop())
beforeEach(() => {
  edge.received.length = 0
  for (const upstream of Object.values(edge.upstreams)) upstream.behaviour = (_request, response) => response.end('{}')
})

const granted = (headers: Record<string, string>) => Object.keys(headers).filter((name) => name.startsWith('access-control-'))
const question = (origin: string, method = 'POST') => ({
  Origin: origin,
  'Access-Control-Request-Method': method,
  'Access-Control-Request-Headers': 'content-type',
})
const json = { 'Content-Type': 'application/json' }

describe('a listed origin', () => {
  it.each([app, local])('%s reads what the interfaces answer, with credentials', async (origin) => {
    for (const line of ['GET /api/v1/users', 'GET /sessions/whoami', 'GET /self-service/login/browser']) {
      const { status, headers } = await ask(edge.port, line, { Origin: origin, Cookie: 'a=1' })
      expect([status, headers], line).toEqual([
        200,
        expect.objectContaining({ 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' }),
      ])
      expect(headers['access-control-expose-headers']).toContain('X-Request-Id')
      expect(headers['vary']).toContain('Origin')
      expect(headers).not.toHaveProperty('access-control-allow-methods')
    }
  })

  it('sends submissions to the guard, which is told the origin', async () => {
    const { headers } = await ask(edge.port, 'POST /self-service/login?flow=1', { ...json, Origin: app }, '{}')
    expect(headers['access-control-allow-origin']).toBe(app)
    expect(edge.received).toMatchObject([{ part: 'identity', headers: { origin: app } }])
  })

  it.each(['/api/v1/users/me', '/self-service/login?flow=1', '/sessions'])(
    'is told beforehand what %s takes, and no part hears of it',
    async (path) => {
      const { status, headers, body } = await ask(edge.port, `OPTIONS ${path}`, question(app))
      expect([status, body]).toEqual([204, ''])
      expect(headers).toMatchObject({
        'access-control-allow-origin': app,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
        'access-control-max-age': '600',
      })
      expect(headers['access-control-allow-headers']).toContain('Content-Type')
      expect(edge.received).toEqual([])
    },
  )

  it('reads errors too, whoever answers them', async () => {
    for (const line of ['GET /api/v1/none', 'PUT /sessions', 'GET /self-service/none']) {
      const { status, headers } = await ask(edge.port, line, { Origin: app })
      expect([status, headers['access-control-allow-origin']], line).toEqual([status >= 400 ? status : 0, app])
    }
    await edge.upstreams.users.stop()
    expect((await ask(edge.port, 'GET /api/v1/users', { Origin: app })).headers['access-control-allow-origin']).toBe(app)
    await edge.upstreams.users.start()
  })

  it('gets nothing beside the interfaces', async () => {
    for (const path of ['/', '/schemas/person', '/api/docs/', '/healthz', '/api/v1x', '/x?/api/v1/users']) {
      expect(granted((await ask(edge.port, `GET ${path}`, { Origin: app })).headers), path).toEqual([])
    }
  })
})

describe('any other origin', () => {
  it.each([
    'null',
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://app.example.com:443',
    'https://app.example.com.evil.org',
    'https://evil-app.example.com',
    'https://x.app.example.com',
    'https://appXexample.com',
    'https://APP.example.com',
    'https://app.example.com/',
    'https://app.example.com@evil.org',
    'https://evil.org https://app.example.com',
    'http://localhost:5174',
    'http://localhost',
    '*',
  ])('%s is granted nothing, before or after', async (origin) => {
    for (const path of ['/api/v1/users', '/sessions/whoami']) {
      const { headers } = await ask(edge.port, `GET ${path}`, { Origin: origin })
      expect(granted(headers)).toEqual([])
      expect(headers['vary']).toContain('Origin')
    }
    for (const path of ['/api/v1/users', '/self-service/login?flow=1']) {
      const { status, headers } = await ask(edge.port, `OPTIONS ${path}`, question(origin))
      expect(granted(headers)).toEqual([])
      expect(status).not.toBe(204)
    }
  })

  it('cannot be granted anything by a part, nor by what is asked', async () => {
    edge.upstreams.users.behaviour = (_request, response) =>
      response.writeHead(200, { 'access-control-allow-origin': '*', 'access-control-allow-credentials': 'true' }).end('{}')
    expect(granted((await ask(edge.port, 'GET /api/v1/users', { Origin: 'https://evil.org' })).headers)).toEqual([])
    expect(granted((await ask(edge.port, `GET /api/v1/users?x=${app}`, { Origin: 'https://evil.org' })).headers)).toEqual([])
    const { names, headers } = await ask(edge.port, 'GET /api/v1/users', { Origin: app })
    expect([names.filter((name) => name === 'access-control-allow-origin').length, headers['access-control-allow-origin']]).toEqual([
      1,
      app,
    ])
  })
})

it('OPTIONS without a question is no question', async () => {
  expect((await ask(edge.port, 'OPTIONS /sessions', { Origin: app })).status).toBe(405)
  await ask(edge.port, 'OPTIONS /api/v1/users', { Origin: app })
  expect(edge.received).toMatchObject([{ part: 'users', method: 'OPTIONS' }])
})

describe('a redirect of Kratos', () => {
  it.each([
    ['https://app.example.com/done?x=1', 'https://app.example.com/done?x=1'],
    ['https://app.example.com', 'https://app.example.com'],
    ['https://links.example.com/app/', 'https://links.example.com/app/'],
    ['com.example.app://signed-in', 'com.example.app://signed-in'],
    ['com.example.app://signed-in?x=1', 'com.example.app://signed-in?x=1'],
    ['https://app.example.com.evil.org/', '/'],
    ['https://app.example.com@evil.org/', '/'],
    ['https://app.example.com:8443/', '/'],
    ['http://app.example.com/', '/'],
    ['https://x.app.example.com/', '/'],
    ['com.example.app://signed-in.evil', '/'],
    ['com.example.apps://signed-in', '/'],
    ['comXexample.app://signed-in', '/'],
    ['https:\\\\app.example.com\\', '/'],
  ])('to %s leads to %s', async (location, place) => {
    edge.upstreams.kratos.behaviour = (_request, response) => response.writeHead(303, { location }).end()
    expect((await ask(edge.port, 'GET /self-service/login/browser')).headers['location']).toBe(place)
  })
})
