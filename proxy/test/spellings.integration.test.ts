import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ask, type Edge, send, startEdge } from './edge.ts'

let edge: Edge
beforeAll(async () => {
  edge = await startEdge()
})
afterAll(() => edge.stop())
beforeEach(() => {
  edge.received.length = 0
})

const PRIVATE = [
  '/admin/identities',
  '/identities',
  '/metrics/prometheus',
  '/admin/health/ready',
  '/version',
  '/internal/hooks/x',
  '/relation-tuples',
]

/** The same path, written as somebody would who hopes that one of two programs reads it differently. */
function spellings(path: string): string[] {
  const name = path.slice(1)
  const encoded = [...name].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')
  const wide = name.replaceAll('a', '\u00c0\u00af')
  const wrapped = [
    '/self-service',
    '/sessions',
    '/schemas',
    '/.well-known/ory',
    '/health',
    '/api/v1/users',
    '/assets',
    '/api/docs',
  ].flatMap((root) => [
    `${root}/..${path}`,
    `${root}/../..${path}`,
    `${root}/..%2f..%2f${name}`,
    `${root}/%2e%2e/${name}`,
    `${root}/..%5c${name}`,
    `${root}/..\\${name}`,
    `${root}/..;${path}`,
    `${root};/..${path}`,
    `${root}/.${path}`,
    `${root}/x/../..${path}`,
    `${root}/%252e%252e%252f${name}`,
    `${root}%2f..%2f${name}`,
    `${root}/..%00${path}`,
    `${root}/..%c0%af${name}`,
    `${root}//..${path}`,
    `${root}#/..${path}`,
    `${root}?/..${path}`,
    `${root}${path}`,
  ])
  return [
    path,
    `/${path}`,
    `//${path}`,
    `/.${path}`,
    `/..${path}`,
    `/%2f${name}`,
    `/%2e%2e/${name}`,
    `/%252f${name}`,
    path.toUpperCase(),
    `${path}/`,
    `${path}.`,
    `${path}..`,
    `${path}%20`,
    `${path}%00`,
    `${path};a=b`,
    `/;${path}`,
    `/${encoded}`,
    `/\\${name}`,
    path.replaceAll('/', '\\'),
    path.replaceAll('/', '%5c'),
    path.replaceAll('/', '%255c'),
    `/${wide}`,
    `${path}?x=/self-service/login/api`,
    `${path}#/self-service/login/api`,
    ...wrapped,
  ]
}

/** Everything that may arrive, as the parts see it. */
const ALLOWED: Record<string, RegExp> = {
  kratos:
    /^\/(?:self-service\/(?:(?:login|registration|settings|recovery|verification)\/(?:browser|api)|(?:registration|settings|recovery|verification)\/flows|logout\/browser|methods\/oidc\/callback(?:\/[\w-]+)?)|self-service\/verification\?(?:.*&)?code=.*|schemas(?:\/[\w=-]+)?|\.well-known\/ory\/webauthn\.js|health\/(?:alive|ready))(?:\?.*)?$/,
  identity: /^\/(?:self-service(?:\/[\w-]+)+|sessions(?:\/[A-Za-z0-9-]+)?|api\/v1\/session(?:\/[^/?;\\%]+)*)(?:\?.*)?$/,
  users: /^\/api\/v1\/users(?:\/(?!\.{1,2}(?:\/|$))[^/?;\\]+)*(?:\?.*)?$/,
}

function surprises(): string[] {
  return edge.received
    .filter(({ part, url }) => ALLOWED[part]?.test(url) !== true || /%(?:2e|2f|5c|00|25)/i.test(url.split('?')[0] ?? ''))
    .map(({ part, method, url }) => `${part} got ${method} ${url}`)
}

describe('paths that are not on the list', () => {
  for (const method of ['GET', 'POST', 'DELETE', 'HEAD']) {
    it(`never reach a part, however they are spelled (${method})`, async () => {
      const paths = PRIVATE.flatMap(spellings)
      const requests = paths.map((path) => `${method} ${path} HTTP/1.1\r\nHost: localhost:${edge.port}\r\nConnection: close\r\n\r\n`)
      for (let from = 0; from < requests.length; from += 50) {
        await Promise.all(requests.slice(from, from + 50).map((request) => send(edge.port, request)))
      }
      expect(paths.length).toBeGreaterThan(1000)
      expect(surprises()).toEqual([])
    })
  }

  it('are answered as missing', async () => {
    for (const path of PRIVATE) expect((await ask(edge.port, `GET ${path}`, { Accept: 'text/html' })).status, path).toBe(404)
    expect(edge.received).toEqual([])
  })
})

describe('the request target', () => {
  it('in absolute form is judged by its path, and by its host', async () => {
    const own = `http://localhost:${edge.port}`
    expect((await ask(edge.port, `GET ${own}/admin/identities`)).status).toBe(404)
    expect((await ask(edge.port, 'GET http://127.0.0.1:44340/admin/identities')).status).toBe(421)
    expect((await ask(edge.port, 'GET http://kratos:4434/sessions/whoami')).status).toBe(421)
    expect((await ask(edge.port, `GET http://user@evil.test/sessions/whoami`)).status).toBeGreaterThanOrEqual(400)
    expect(edge.received).toEqual([])
    expect((await ask(edge.port, `GET ${own}/sessions/whoami`, { Host: 'evil.test' })).status).toBe(200)
    expect(edge.received).toMatchObject([{ part: 'identity', url: '/sessions/whoami', headers: { host: `localhost:${edge.port}` } }])
  })

  it('of another host gets 421 and no part sees it', async () => {
    for (const host of ['127.0.0.1', 'evil.test', 'kratos:4434', 'localhost.evil.test', 'evil.localhost', '[::1]', '']) {
      const answer = await ask(edge.port, 'GET /sessions/whoami', { Host: host })
      expect(answer.status === 421 || answer.status === 400, `${host}: ${answer.status}`).toBe(true)
    }
    expect(edge.received).toEqual([])
  })

  it('of odd methods stays here', async () => {
    for (const line of [
      'TRACE /sessions/whoami',
      'CONNECT kratos:4434',
      'OPTIONS *',
      'PROPFIND /api/v1/users',
      'PUT /sessions',
      'PATCH /self-service/login',
      'get /sessions/whoami',
      'HEAD /self-service/logout?token=x',
    ]) {
      expect((await ask(edge.port, line)).status, line).toBeGreaterThanOrEqual(400)
    }
    expect(edge.received).toEqual([])
  })
})

describe('a second request hidden in the first', () => {
  const hidden = 'GET /admin/identities HTTP/1.1\r\nHost: localhost\r\n\r\n'
  const inChunk = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`
  const cases: Record<string, (host: string) => string> = {
    'two lengths': (host) => `POST /api/v1/users HTTP/1.1\r\n${host}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
    'length and chunks': (host) =>
      `POST /api/v1/users HTTP/1.1\r\n${host}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    'chunks spelled oddly': (host) =>
      `POST /api/v1/users HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding : chunked\r\n\r\n${inChunk}`,
    'a folded header': (host) =>
      `POST /api/v1/users HTTP/1.1\r\n${host}X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n${inChunk}`,
    'two codings': (host) => `POST /api/v1/users HTTP/1.1\r\n${host}Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n${hidden}`,
    'a coding with a vertical tab': (host) =>
      `POST /api/v1/users HTTP/1.1\r\n${host}Transfer-Encoding: \x0bchunked\r\nContent-Length: 4\r\n\r\n${inChunk}`,
    'a bare line feed in a header': (host) =>
      `POST /api/v1/users HTTP/1.1\r\n${host}X: a\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n${inChunk}`,
    'a bare return in a header': (host) =>
      `POST /api/v1/users HTTP/1.1\r\n${host}X: a\rTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n`,
    'a negative length': (host) => `POST /api/v1/users HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n${hidden}`,
    'a length with a sign': (host) => `POST /api/v1/users HTTP/1.1\r\n${host}Content-Length: +5\r\n\r\n${hidden}`,
    'an upgrade to clear-text HTTP/2': (host) =>
      `GET /sessions/whoami HTTP/1.1\r\n${host}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n${hidden}`,
    'an upgrade to a web socket': (host) =>
      `GET /sessions/whoami HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n${hidden}`,
    'a body of a read': (host) => `GET /sessions/whoami HTTP/1.1\r\n${host}Content-Length: ${hidden.length}\r\n\r\n${hidden}`,
    'chunks of a read': (host) => `GET /sessions/whoami HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${inChunk}`,
    'a chunk extension': (host) => `POST /api/v1/users HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n0;\r\nX: y\r\n\r\n${hidden}`,
    'a chunk size that is too large': (host) =>
      `POST /api/v1/users HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n${hidden}`,
    'HTTP/1.0 with chunks': (host) =>
      `POST /api/v1/users HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n${inChunk}`,
    'the preface of HTTP/2': () => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${hidden}`,
    'a line break in the target': (host) => `GET /sessions/whoami\r\nX: /admin HTTP/1.1\r\n${host}\r\n`,
    'a line break in the target, encoded': (host) => `GET /api/v1/users/%0d%0aX:%20y HTTP/1.1\r\n${host}\r\n`,
    'a removed length': (host) =>
      `POST /api/v1/users HTTP/1.1\r\n${host}Connection: close, Content-Length\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
  }
  for (const [title, bytes] of Object.entries(cases)) {
    it(`is not forwarded: ${title}`, async () => {
      await send(edge.port, bytes(`Host: localhost:${edge.port}\r\n`), 1500).catch(() => '')
      expect(surprises()).toEqual([])
      expect(edge.received.filter(({ headers }) => 'upgrade' in headers || 'http2-settings' in headers)).toEqual([])
      for (const { names } of edge.received) expect(new Set(names).size).toBe(names.length)
    })
  }
})

describe('the paths of Kratos', () => {
  const cases: [line: string, part: string | number][] = [
    ['GET /self-service/login/browser', 'kratos'],
    // It shows whether a code was sent.
    ['GET /self-service/login/flows?id=1', 'identity'],
    ['HEAD /self-service/login/flows?id=1', 405],
    ['GET /self-service/registration/api?return_to=/x', 'kratos'],
    ['GET /self-service/settings/flows?id=1', 'identity'],
    // Kratos' own words name internal addresses.
    ['GET /self-service/errors?id=1', 'identity'],
    ['GET /self-service/logout/browser', 'kratos'],
    ['GET /self-service/logout?token=t', 'identity'],
    ['DELETE /self-service/logout/api', 'identity'],
    ['POST /self-service/login?flow=1', 'identity'],
    ['POST /self-service/methods/oidc/callback/apple', 'identity'],
    ['GET /self-service/methods/oidc/callback/digid-midden?code=1&state=2', 'kratos'],
    // A submission by GET is a submission.
    ['GET /self-service/settings?flow=1&method=password&password=x', 'identity'],
    ['GET /self-service/recovery?flow=1&token=x', 'identity'],
    ['GET /self-service/verification?flow=1&email=a', 'identity'],
    ['GET /self-service/verification?flow=1&xcode=1', 'identity'],
    ['GET /self-service/verification?flow=1&code=', 'identity'],
    ['GET /self-service/verification?flow=1&code=123456', 'kratos'],
    ['GET /self-service/verification?code=123456&flow=1', 'kratos'],
    ['GET /sessions/token-exchange', 'identity'],
    // Kratos shows these to a session of one factor too.
    ['GET /sessions/whoami', 'identity'],
    ['HEAD /sessions/whoami', 405],
    ['GET /sessions', 405],
    ['DELETE /sessions', 'identity'],
    ['DELETE /sessions/0190f3a2-0000-7000-8000-000000000000', 'identity'],
    ['GET /sessions/0190f3a2-0000-7000-8000-000000000000', 405],
    ['GET /schemas/person', 'kratos'],
    ['GET /.well-known/ory/webauthn.js', 'kratos'],
    ['GET /.well-known/ory/other.js', 404],
    ['GET /health/ready', 'kratos'],
    ['GET /health/config', 404],
    ['GET /self-service', 404],
    ['GET /self-service/', 404],
    ['GET /self-service/login/', 404],
    ['PUT /self-service/login', 405],
    ['GET /api/v1/users', 'users'],
    ['GET /api/v1/users/1/', 404],
    ['GET /api/v1/users/j%C3%B6rg', 'users'],
    ['GET /api/v1/session', 'identity'],
    ['GET /api/v1/sessions', 404],
    ['GET /api/v1/usersx', 404],
    ['GET /api/v1/Users', 404],
    ['GET /api/v1', 404],
  ]
  for (const [line, expected] of cases) {
    it(`${line} goes to ${expected}`, async () => {
      const answer = await ask(edge.port, line, { 'Content-Type': 'application/json' })
      if (typeof expected === 'number') {
        expect(answer).toMatchObject({ status: expected, headers: { 'content-type': 'application/problem+json' } })
        expect(edge.received).toEqual([])
      } else {
        const [method, url] = line.split(' ')
        expect(edge.received).toMatchObject([{ part: expected, method, url }])
      }
    })
  }
})
