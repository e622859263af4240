import { execFileSync } from 'node:child_process'
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2'
import { request } from 'node:https'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Edge, freePort, parseAnswer, send, startEdge } from './edge.ts'

let edge: Edge
let plainPort: number
beforeAll(async () => {
  plainPort = await freePort()
  edge = await startEdge((input, directory) => {
    const certificate = join(directory, 'certificate.pem')
    const key = join(directory, 'key.pem')
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '1',
        '-subj',
        '/CN=localhost',
        '-keyout',
        key,
        '-out',
        certificate,
      ],
      { stdio: 'ignore' },
    )
    const [listen] = input.listen
    return {
      ...input,
      publicUrl: input.publicUrl.replace('http:', 'https:'),
      // The plain address takes the port that the harness knocks at; TLS gets the other.
      listen: [{ host: '127.0.0.1', port: plainPort }],
      tls: { certificate, key, redirectListen: listen === undefined ? [] : [listen] },
    }
  })
})
afterAll(() => edge.stop())

const get = (path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; headers: IncomingHttpHeaders }>((resolve, reject) => {
    const made = request(
      {
        port: plainPort,
        host: '127.0.0.1',
        path,
        servername: 'localhost',
        headers: { Host: `localhost:${edge.port}`, ...headers },
        rejectUnauthorized: false,
        agent: false,
      },
      (answer) => {
        answer.resume().on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }))
      },
    )
    made.on('error', reject).end()
  })

it('a secure origin sends HSTS and keeps cookies secure', async () => {
  edge.upstreams.kratos.behaviour = (_request, response) => {
    response.writeHead(200, { 'Set-Cookie': 'a=b; HttpOnly' })
    response.end('{}')
  }
  const answer = await get('/self-service/login/browser')
  expect(answer.headers['strict-transport-security']).toBe('max-age=31536000')
  expect(answer.headers['set-cookie']?.[0]).toMatch(/secure/i)
  expect(edge.received.at(-1)?.headers).toMatchObject({ 'x-forwarded-proto': 'https', host: `localhost:${edge.port}` })
})

it('HTTP/2 is spoken, and judged like HTTP/1.1', async () => {
  const session = connectHttp2(`https://127.0.0.1:${plainPort}`, { rejectUnauthorized: false, servername: 'localhost' })
  const ask = (path: string, headers: Record<string, string> = {}) =>
    new Promise<number>((resolve, reject) => {
      const stream = session.request({ ':path': path, ':authority': `localhost:${edge.port}`, ...headers })
      stream
        .on('response', (answer) => resolve(Number(answer[':status'])))
        .on('error', reject)
        .resume()
        .end()
    })
  edge.received.length = 0
  expect(session.alpnProtocol ?? (await new Promise((resolve) => session.once('connect', () => resolve(session.alpnProtocol))))).toBe('h2')
  expect(await ask('/sessions/whoami', { cookie: 'a=1', 'x-forwarded-for': '6.6.6.6' })).toBe(200)
  for (const path of [
    '/admin/identities',
    '//admin/identities',
    '/self-service/..%2f..%2fadmin',
    '/sessions/../admin',
    '/self-service/login/browser/..;/admin',
  ]) {
    expect([400, 404], path).toContain(await ask(path))
  }
  expect(await ask('/sessions/whoami', { ':authority': 'evil.test' })).toBe(421)
  expect(edge.received).toMatchObject([{ url: '/sessions/whoami', headers: { cookie: 'a=1', 'true-client-ip': '127.0.0.1' } }])
  // Without a length, which only HTTP/2 can do, a body must not become the start of another request.
  edge.received.length = 0
  await new Promise<void>((resolve, reject) => {
    const stream = session.request(
      { ':path': '/sessions/whoami', ':method': 'GET', ':authority': `localhost:${edge.port}` },
      { endStream: false },
    )
    stream
      .on('error', reject)
      .on('end', () => resolve())
      .resume()
    stream.end('GET /admin/identities HTTP/1.1\r\nHost: localhost\r\n\r\n')
  })
  expect(await ask('/sessions/whoami')).toBe(200)
  expect(edge.received.map(({ url }) => url)).toEqual(edge.received.map(() => '/sessions/whoami'))
  session.close()
})

it('the plain address only redirects, to the public origin', async () => {
  for (const [line, location] of [
    ['GET /sign-in?x=1', `https://localhost:${edge.port}/sign-in?x=1`],
    ['GET //evil.test/', `https://localhost:${edge.port}//evil.test/`],
    ['POST /self-service/login', `https://localhost:${edge.port}/self-service/login`],
  ]) {
    const answer = parseAnswer(await send(edge.port, `${line} HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n`))
    expect(answer).toMatchObject({ status: 308, headers: { location } })
  }
})

it('plain text on the TLS address gets no page of nginx and reaches nobody', async () => {
  edge.received.length = 0
  const answer = parseAnswer(await send(plainPort, 'GET /sessions/whoami HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'))
  expect(answer).toMatchObject({ status: 400, headers: { 'content-type': 'application/problem+json' } })
  expect(edge.received).toEqual([])
})

it('old TLS is refused', async () => {
  const error = await new Promise<Error | null>((resolve) => {
    const socket = connectTls(
      {
        port: plainPort,
        host: '127.0.0.1',
        rejectUnauthorized: false,
        maxVersion: 'TLSv1.1',
        minVersion: 'TLSv1',
        ciphers: 'DEFAULT:@SECLEVEL=0',
      },
      () => resolve(null),
    )
    socket.on('error', resolve)
  })
  expect(error).not.toBeNull()
})
