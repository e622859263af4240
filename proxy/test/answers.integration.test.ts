import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, ask, type Edge, parseAnswer, send, startEdge } from './edge.ts'

let edge: Edge
beforeAll(async () => {
  edge = await startEdge()
})
afterAll(() => edge.stop())
beforeEach(() => {
  edge.received.length = 0
  for (const upstream of Object.values(edge.upstreams)) upstream.behaviour = (_request, response) => response.end('{}')
})

function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status)
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(JSON.parse(answer.body)).toEqual({
    type: `urn:vestibule:problem:${code}`,
    title: expect.any(String),
    status,
    code,
    requestId: answer.headers['x-request-id'],
  })
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.headers).toHaveProperty('content-security-policy')
}

const raw = async (bytes: string) =>
  parseAnswer(await send(edge.port, bytes.replace('HOST', `Host: localhost:${edge.port}\r\nConnection: close\r\n`)))

describe('problems that nginx answers itself', () => {
  it('404 and 405, with the methods that exist', async () => {
    expectProblem(await ask(edge.port, 'GET /api/v1/nothing'), 404, 'route-not-found')
    expectProblem(await ask(edge.port, 'GET /api'), 404, 'route-not-found')
    const answer = await ask(edge.port, 'PATCH /sessions')
    expectProblem(answer, 405, 'method-not-allowed')
    expect(answer.headers['allow']).toBe('DELETE')
    expectProblem(await ask(edge.port, 'GET /sessions'), 405, 'method-not-allowed')
    expect((await ask(edge.port, 'BREW /api/v1/users')).headers['allow']).toContain('PATCH')
  })

  it('413 for bodies above the limit, announced or in chunks', async () => {
    expectProblem(await raw(`POST /api/v1/users HTTP/1.1\r\nHOSTContent-Length: 1100000\r\n\r\n`), 413, 'body-too-large')
    expectProblem(await raw(`POST /self-service/login HTTP/1.1\r\nHOSTContent-Length: 70000\r\n\r\n`), 413, 'body-too-large')
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`
    expectProblem(
      await raw(`POST /self-service/login HTTP/1.1\r\nHOSTTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(3)}0\r\n\r\n`),
      413,
      'body-too-large',
    )
    expectProblem(await raw('GET /sessions/whoami HTTP/1.1\r\nHOSTContent-Length: 5\r\n\r\nhello'), 413, 'body-too-large')
    expect(edge.received).toEqual([])
    expect((await ask(edge.port, 'POST /api/v1/users', {}, 'x'.repeat(900_000))).status).toBe(200)
    expect(edge.received[0]?.body).toHaveLength(900_000)
  })

  it('414 and 431 for addresses and headers that are too large', async () => {
    expectProblem(await ask(edge.port, `GET /api/v1/users?search=${'x'.repeat(9000)}`), 414, 'uri-too-long')
    expectProblem(await ask(edge.port, 'GET /api/v1/users', { Cookie: 'x'.repeat(9000) }), 431, 'headers-too-large')
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, number) => [`X-${number}`, 'x'.repeat(1000)]))
    expectProblem(await ask(edge.port, 'GET /api/v1/users', many), 431, 'headers-too-large')
    expect(edge.received).toEqual([])
  })

  it('400 for what cannot be read', async () => {
    expectProblem(await raw('GET /api/v1/users HTTP/1.1\r\nHOSTContent-Length: x\r\n\r\n'), 400, 'invalid-request')
    expectProblem(await raw('GET /api/v1/users HTTP/1.1\r\n\r\n'), 400, 'invalid-request')
    expectProblem(await raw('GET /api/v1/%00 HTTP/1.1\r\nHOST\r\n'), 400, 'invalid-request')
    expectProblem(await raw('POST /api/v1/users HTTP/1.1\r\nHOSTTransfer-Encoding: chunked\r\n\r\nnonsense\r\n'), 400, 'invalid-request')
    expectProblem(
      await raw('POST /self-service/login HTTP/1.1\r\nHOSTTransfer-Encoding: chunked\r\n\r\nnonsense\r\n'),
      400,
      'invalid-request',
    )
    expectProblem(await raw('POST /api/v1/users HTTP/1.1\r\nHOSTTransfer-Encoding: gzip\r\n\r\n'), 501, 'not-implemented')
    expect(parseAnswer(await send(edge.port, '\x16\x03\x01 nonsense\r\n\r\n')).status).toBe(400)
    expect(edge.received).toEqual([])
  })

  it('502 for a part that is gone, and service again as soon as it is back', async () => {
    const { users } = edge.upstreams
    await users.stop()
    const gone = await ask(edge.port, 'GET /api/v1/users')
    expectProblem(gone, 502, 'service-unreachable')
    expect(gone.headers['retry-after']).toBe('1')
    await users.start()
    expect((await ask(edge.port, 'GET /api/v1/users')).status).toBe(200)
  })

  it('502 for a part that hangs up, without sending a submission twice', async () => {
    edge.upstreams.identity.behaviour = (request) => request.socket.destroy()
    expectProblem(await ask(edge.port, 'POST /self-service/login', {}, '{}'), 502, 'service-unreachable')
    expect(edge.received).toHaveLength(1)
  })

  it('504 for a part that says nothing', async () => {
    edge.upstreams.users.behaviour = () => undefined
    expectProblem(await ask(edge.port, 'POST /api/v1/users', {}, '{}'), 504, 'service-timeout')
    expect(edge.received).toHaveLength(1)
  })

  it('408 or a closed connection for a head that does not come', async () => {
    const started = Date.now()
    const text = await send(edge.port, 'GET /api/v1/users HTTP/1.1\r\nHost: loc', 10_000).catch(() => '')
    expect(Date.now() - started).toBeLessThan(6000)
    expect(text === '' || parseAnswer(text).status === 408).toBe(true)
  })

  it('a drip of header bytes is cut off in the same time', async () => {
    const socket = connect(edge.port, '127.0.0.1')
    const started = Date.now()
    socket.write('GET / HTTP/1.1\r\n')
    const drip = setInterval(() => socket.write('X'), 100)
    await new Promise<void>((resolve) => {
      socket.on('error', () => undefined)
      socket.resume().on('close', () => resolve())
    })
    clearInterval(drip)
    expect(Date.now() - started).toBeLessThan(6000)
  })
})

describe('answers of a part', () => {
  it('pass unchanged from services, with Retry-After where it is missing', async () => {
    edge.upstreams.users.behaviour = (_request, response) => {
      response.writeHead(503, { 'Content-Type': 'application/problem+json' })
      response.end('{"code":"database-down"}')
    }
    const answer = await ask(edge.port, 'GET /api/v1/users')
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    expect(answer.body).toContain('database-down')
  })

  it('pass from Kratos when they are for the person, and are hidden when they show the inside', async () => {
    const kratos = (status: number) => {
      edge.upstreams.kratos.behaviour = (_request, response) => {
        response.writeHead(status, { 'Content-Type': 'application/json' })
        response.end('{"error":{"reason":"dial tcp 10.1.2.3:5432"}}')
      }
      return ask(edge.port, 'GET /self-service/login/browser')
    }
    for (const status of [400, 401, 403, 404, 410, 422])
      expect(await kratos(status)).toMatchObject({ status, body: expect.stringContaining('reason') })
    expectProblem(await kratos(500), 503, 'service-unavailable')
    expectProblem(await kratos(503), 503, 'service-unavailable')
  })
})

describe('people', () => {
  const navigation = { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }

  it('get a page in their language, without scripts', async () => {
    await edge.upstreams.kratos.stop()
    const english = await ask(edge.port, 'GET /self-service/verification?flow=1&code=123456', navigation)
    const dutch = await ask(edge.port, 'GET /self-service/login/browser', { ...navigation, 'Accept-Language': 'nl-NL,nl;q=0.9' })
    await edge.upstreams.kratos.start()
    expect(english).toMatchObject({ status: 502, headers: { 'content-type': 'text/html; charset=utf-8' } })
    expect(english.body).toContain('Try again')
    expect(english.body).toContain(english.headers['x-request-id'])
    expect(english.body).not.toMatch(/<script|nginx/)
    expect(dutch.body).toContain('lang="nl"')
  })

  it('never get a page below /api', async () => {
    expectProblem(await ask(edge.port, 'GET /api/v1/nothing', navigation), 404, 'route-not-found')
  })
})

describe('rates', () => {
  let slow: Edge
  beforeAll(async () => {
    slow = await startEdge((input) => ({
      ...input,
      trustedProxies: ['127.0.0.1'],
      rates: { ...input.rates, guard: { perSecond: 1, burst: 2 }, api: { perSecond: 1, burst: 4 } },
    }))
  })
  afterAll(() => slow.stop())
  const from = (address: string, line: string) => ask(slow.port, line, { 'X-Forwarded-For': address })

  it('answer 429 with Retry-After, count submissions apart and each address apart', async () => {
    const many = await Promise.all(Array.from({ length: 8 }, () => from('203.0.113.1', 'POST /self-service/login')))
    expect(many.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(4)
    const refused = many.find(({ status }) => status === 429)
    if (refused === undefined) throw new Error('nothing was refused')
    expectProblem(refused, 429, 'too-many-requests')
    expect(refused.headers['retry-after']).toBe('1')
    expect((await from('203.0.113.1', 'GET /self-service/login/browser')).status).toBe(200)
    expect((await from('203.0.113.1', 'GET /api/v1/users')).status).toBe(200)
    expect((await from('203.0.113.2', 'POST /self-service/login')).status).toBe(200)
  })

  it('do not count whoami as a submission', async () => {
    const many = await Promise.all(Array.from({ length: 8 }, () => from('203.0.113.3', 'GET /sessions/whoami')))
    expect(many.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
  })

  it('count one IPv6 network as one address', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, (_, number) => from(`2001:db8::${number + 1}`, 'GET /api/v1/users')))
    expect(answers.some(({ status }) => status === 429)).toBe(true)
    expect((await from('2001:db8:0:1::1', 'GET /api/v1/users')).status).toBe(200)
  })
})
