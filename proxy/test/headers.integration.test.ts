import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ask, type Edge, send, startEdge } from './edge.ts'

let edge: Edge
beforeAll(async () => {
  edge = await startEdge((input) => ({ ...input, formOrigins: ['https://provider.example'] }))
})
afterAll(() => edge.stop())
beforeEach(() => {
  edge.received.length = 0
  edge.upstreams.users.behaviour = (_request, response) => response.end('{}')
})

const ADDRESS_HEADERS = ['true-client-ip', 'cf-connecting-ip', 'x-real-ip', 'x-forwarded-for']
const forged = {
  'True-Client-IP': '6.6.6.6',
  'CF-Connecting-IP': '6.6.6.6',
  'X-Real-IP': '6.6.6.6',
  'X-Forwarded-For': '6.6.6.6',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'evil.test',
  'X-Forwarded-Port': '1',
  Forwarded: 'for=6.6.6.6;host=evil.test',
}
const seen = () => edge.received[0]?.headers ?? {}

describe('what a client says about itself', () => {
  it('is overwritten by what the proxy sees', async () => {
    await ask(edge.port, 'GET /api/v1/users', forged)
    for (const name of ADDRESS_HEADERS) expect(seen()[name], name).toBe('127.0.0.1')
    expect(seen()).toMatchObject({
      host: `localhost:${edge.port}`,
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `localhost:${edge.port}`,
      'x-forwarded-port': String(edge.port),
    })
    expect(seen()).not.toHaveProperty('forwarded')
    expect(JSON.stringify(edge.received)).not.toMatch(/6\.6\.6\.6|evil/)
  })

  it('is overwritten on the way to the guard and to Kratos too', async () => {
    await ask(edge.port, 'POST /self-service/login?flow=1', { ...forged, 'Content-Type': 'application/json' }, '{}')
    await ask(edge.port, 'GET /self-service/login/browser', forged)
    expect(edge.received.map(({ part }) => part)).toEqual(['identity', 'kratos'])
    expect(JSON.stringify(edge.received)).not.toMatch(/6\.6\.6\.6|evil/)
    for (const { headers } of edge.received) expect(headers['true-client-ip']).toBe('127.0.0.1')
  })

  it('cannot be doubled, spelled with underscores or moved out of sight by Connection', async () => {
    const head = `Host: localhost:${edge.port}\r\n`
    await send(
      edge.port,
      `GET /api/v1/users HTTP/1.1\r\n${head}X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\nX_Forwarded_For: 3.3.3.3\r\nTrue_Client_IP: 4.4.4.4\r\nConnection: close, X-Real-IP, X-Forwarded-For, X-Request-Id\r\n\r\n`,
    )
    for (const name of ADDRESS_HEADERS) expect(seen()[name]).toBe('127.0.0.1')
    const { names } = edge.received[0] ?? { names: [] }
    expect(new Set(names).size).toBe(names.length)
    expect(JSON.stringify(edge.received)).not.toMatch(/1\.1\.1\.1|2\.2\.2\.2|3\.3\.3\.3|4\.4\.4\.4/)
  })

  it('reaches a part only when the header is on the list', async () => {
    await ask(
      edge.port,
      'PATCH /api/v1/users/me',
      {
        Cookie: 'a=1; b=2',
        Authorization: 'Bearer x',
        'If-Match': '"3"',
        'Idempotency-Key': 'k',
        'X-Session-Token': 't',
        'X-Act-As': 'id',
        Origin: 'http://localhost',
        'User-Agent': 'test',
        'Content-Type': 'application/json',
        'X-User-Id': 'forged',
        'X-Kratos-Authenticated-Identity-Id': 'forged',
        'X-Original-URL': '/admin',
        'X-Rewrite-URL': '/admin',
        'X-HTTP-Method-Override': 'DELETE',
        'X-Vestibule-Actor': 'forged',
        'Proxy-Authorization': 'forged',
        'Accept-Encoding': 'gzip',
        TE: 'trailers',
        Expect: '',
      },
      '{}',
    )
    expect(seen()).toMatchObject({
      cookie: 'a=1; b=2',
      authorization: 'Bearer x',
      'if-match': '"3"',
      'idempotency-key': 'k',
      'x-session-token': 't',
      'x-act-as': 'id',
      origin: 'http://localhost',
      'user-agent': 'test',
      'content-type': 'application/json',
      'content-length': '2',
    })
    expect(JSON.stringify(edge.received)).not.toMatch(/forged|\/admin|DELETE/)
    for (const name of ['accept-encoding', 'te', 'expect', 'transfer-encoding', 'upgrade']) expect(seen()).not.toHaveProperty(name)
  })
})

it('a version that was made weak by compression is strong again when it comes back', async () => {
  edge.upstreams.users.behaviour = (_request, response) => {
    response.writeHead(200, { ETag: '"7"', 'Content-Type': 'application/json' })
    response.end(JSON.stringify({ text: 'x'.repeat(2000) }))
  }
  const { headers } = await ask(edge.port, 'GET /api/v1/users', { 'Accept-Encoding': 'gzip' })
  expect(headers).toMatchObject({ etag: 'W/"7"', 'content-encoding': 'gzip' })
  await ask(edge.port, 'PATCH /api/v1/users', { 'If-Match': headers['etag'] ?? '' }, '{}')
  expect(edge.received.at(-1)?.headers['if-match']).toBe('"7"')
})

describe('the request id', () => {
  it('is made when there is none, passed on, returned and logged', async () => {
    const answer = await ask(edge.port, 'GET /api/v1/users?search=secret')
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
    expect(seen()['x-request-id']).toBe(answer.headers['x-request-id'])
    const line = edge.log().find((entry) => entry['requestId'] === answer.headers['x-request-id'])
    expect(line).toMatchObject({ method: 'GET', path: '/api/v1/users', status: 200, upstreamStatus: '200', service: 'proxy' })
    expect(JSON.stringify(edge.log())).not.toContain('secret')
  })

  it('is taken when it is well-formed and made anew when it is not', async () => {
    expect((await ask(edge.port, 'GET /api/v1/users', { 'X-Request-Id': 'abc-12345' })).headers['x-request-id']).toBe('abc-12345')
    for (const bad of ['short', 'a'.repeat(65), 'has space in it', '"quoted-quoted"', '{"a":"b"}xx', '-starts-wrong']) {
      expect((await ask(edge.port, 'GET /api/v1/users', { 'X-Request-Id': bad })).headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
    }
    expect(edge.received.slice(1).every(({ headers }) => /^[0-9a-f]{32}$/.test(headers['x-request-id'] ?? ''))).toBe(true)
  })

  it('goes along with a well-formed traceparent only', async () => {
    const good = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    await ask(edge.port, 'GET /api/v1/users', { traceparent: good, tracestate: 'a=b' })
    await ask(edge.port, 'GET /api/v1/users', { traceparent: 'nonsense', tracestate: 'a=b' })
    expect(edge.received[0]?.headers).toMatchObject({ traceparent: good, tracestate: 'a=b' })
    expect(edge.received[1]?.headers).not.toHaveProperty('traceparent')
    expect(edge.received[1]?.headers).not.toHaveProperty('tracestate')
  })
})

describe('answers', () => {
  const SECURITY = [
    'content-security-policy',
    'x-content-type-options',
    'referrer-policy',
    'permissions-policy',
    'cross-origin-opener-policy',
    'cross-origin-resource-policy',
    'x-request-id',
    'cache-control',
  ]

  it('carry each security header once, whatever a part says', async () => {
    edge.upstreams.users.behaviour = (_request, response) => {
      response.writeHead(200, {
        'Content-Security-Policy': 'default-src *',
        'X-Content-Type-Options': 'no',
        'X-Request-Id': 'theirs',
        'X-Powered-By': 'x',
        Server: 'x',
        'Cache-Control': 'private',
      })
      response.end('{}')
    }
    const lines = [
      'GET /',
      'GET /api/v1/users',
      'GET /api/v1/nothing',
      'GET /assets/none.js',
      'GET /admin',
      'POST /',
      'GET /sessions/whoami',
    ]
    for (const line of lines) {
      const { headers, names } = await ask(edge.port, line)
      for (const name of SECURITY)
        expect(
          names.filter((one) => one === name),
          `${line} ${name}`,
        ).toHaveLength(1)
      expect(headers['content-security-policy']).toContain("script-src 'self';")
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers).not.toHaveProperty('strict-transport-security')
      expect(headers).not.toHaveProperty('x-powered-by')
      expect(headers['server']).toBe('nginx')
    }
  })

  it('keep cookies usable on a plain origin', async () => {
    edge.upstreams.kratos.behaviour = (_request, response) => {
      response.writeHead(200, {
        'Set-Cookie': ['csrf_token_1=a; Path=/; HttpOnly; Secure; SameSite=Lax', 'ory_kratos_session=b; Secure; HttpOnly'],
      })
      response.end('{}')
    }
    const text = await send(
      edge.port,
      `GET /self-service/login/browser HTTP/1.1\r\nHost: localhost:${edge.port}\r\nConnection: close\r\n\r\n`,
    )
    const cookies = text.split('\r\n').filter((line) => line.startsWith('Set-Cookie'))
    expect(cookies).toHaveLength(2)
    for (const cookie of cookies) {
      expect(cookie).not.toMatch(/secure/i)
      expect(cookie).toMatch(/httponly/i)
    }
  })

  it.each([
    ['http://localhost:PORT', 'http://localhost:PORT'],
    ['http://localhost:PORT/settings?flow=1#x', 'http://localhost:PORT/settings?flow=1#x'],
    ['/sign-in', '/sign-in'],
    ['https://provider.example/oauth?state=1', 'https://provider.example/oauth?state=1'],
    ['http:\\\\evil.example', '/'],
    ['http:\\/evil.example', '/'],
    ['http:evil.example', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example/', '/'],
    ['http://localhost:PORT.evil.example/', '/'],
    ['http://localhost:PORT@evil.example/', '/'],
    ['https://providerxexample/', '/'],
    ['javascript:alert(1)', '/'],
  ])('of Kratos lead to us, not %s', async (to, expected) => {
    const here = (text: string) => text.replace('PORT', String(edge.port))
    edge.upstreams.kratos.behaviour = (_request, response) => {
      response.writeHead(303, { location: here(to) })
      response.end()
    }
    const answer = await ask(edge.port, 'GET /self-service/login/browser?return_to=x')
    expect([answer.status, answer.headers['location']]).toEqual([303, here(expected)])
  })

  it('do not follow what a part says to nginx', async () => {
    edge.upstreams.users.behaviour = (_request, response) => {
      response.writeHead(200, { 'X-Accel-Redirect': '/assets/app-3f2a.js' })
      response.end('mine')
    }
    expect((await ask(edge.port, 'GET /api/v1/users')).body).toContain('mine')
  })
})

describe('behind a balancer', () => {
  let behind: Edge
  beforeAll(async () => {
    behind = await startEdge((input) => ({ ...input, trustedProxies: ['127.0.0.1/32', '10.0.0.0/8'] }))
  })
  afterAll(() => behind.stop())

  it('people keep their own address, and what they forged stays theirs', async () => {
    await ask(behind.port, 'GET /api/v1/users', { 'X-Forwarded-For': '9.9.9.9, 203.0.113.7, 10.1.2.3', 'True-Client-IP': '9.9.9.9' })
    for (const name of ADDRESS_HEADERS) expect(behind.received[0]?.headers[name]).toBe('203.0.113.7')
    expect(behind.log().at(-1)).toMatchObject({ address: '203.0.113.7' })
  })

  it('nonsense from the balancer leaves the address of the connection', async () => {
    behind.received.length = 0
    for (const value of ['', 'nonsense', '999.1.1.1', '203.0.113.7, nonsense'])
      await ask(behind.port, 'GET /api/v1/users', { 'X-Forwarded-For': value })
    expect(behind.received.map(({ headers }) => headers['x-real-ip'])).toEqual(Array(4).fill('127.0.0.1'))
  })
})
