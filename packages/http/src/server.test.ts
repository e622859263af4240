import { connect, type Socket } from 'node:net'
import { ProblemDocument } from '@app/contracts/problem'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type RunningService, serveService } from './serve.ts'
import { testRoutes, testService } from './test-service.ts'

const services: RunningService[] = []
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()))
})

const fakeProcess = () => {
  const handlers = new Map<string | symbol, (...args: never[]) => void>()
  const exits: number[] = []
  const host = {
    on: (event: string | symbol, handler: (...args: never[]) => void) => void handlers.set(event, handler),
    exit: (code?: number) => void exits.push(code ?? 0),
  }
  return {
    host: host as unknown as Pick<NodeJS.Process, 'on' | 'exit'>,
    exits,
    signal: (name: string) => handlers.get(name)?.(...([name] as never[])),
  }
}

async function start(options: { slow?: (signal: AbortSignal) => Promise<void>; stop?: (() => Promise<void>)[] } = {}) {
  const { publicApp, internalApp, log, lines } = testService({ routes: testRoutes(options.slow) })
  const process = fakeProcess()
  const service = await serveService({
    publicApp,
    internalApp,
    host: '127.0.0.1',
    port: 0,
    internalPort: 0,
    log,
    stop: options.stop ?? [],
    process: process.host,
  })
  services.push(service)
  return { service, process, lines }
}

/** Writes raw text and resolves with all that came back until the other side closed. */
function raw(port: number, text: string): Promise<string> & { socket: Socket; received: () => string } {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  const promise = new Promise<string>((resolve) => {
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', () => {})
  })
  socket.write(text)
  return Object.assign(promise, { socket, received: () => answer })
}

const problemIn = (answer: string) => ProblemDocument.parse(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)))
const until = async (done: () => boolean) => {
  const endsAt = Date.now() + 5000
  while (!done()) {
    if (Date.now() > endsAt) throw new Error('did not happen')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('broken requests', () => {
  it.each([
    ['headers over 16 KiB', `GET /api/v1/open HTTP/1.1\r\nHost: x\r\nCookie: ${'a'.repeat(17_000)}\r\n\r\n`, 431, 'headers-too-large'],
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'invalid-request'],
    ['two lengths', 'POST /api/v1/open HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na', 400, 'invalid-request'],
    [
      'length and chunks',
      'POST /api/v1/open HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na',
      400,
      'invalid-request',
    ],
    ['an impossible Host', 'GET /api/v1/open HTTP/1.1\r\nHost: a b/c\r\nConnection: close\r\n\r\n', 400, 'invalid-request'],
    ['a method that Request refuses', 'TRACE /api/v1/open HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 405, 'method-not-allowed'],
    ['a backslash in the path', 'GET /api\\v1\\open HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400, 'invalid-request'],
  ])('get a problem: %s', async (_, text, status, code) => {
    const { service } = await start()
    const answer = await raw(service.port, text)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(problemIn(answer)).toMatchObject({ status, code })
  })

  it('with a path out of the tree find nothing', async () => {
    const { service } = await start()
    for (const path of ['/api/v1/../../metrics', '/api/v1/%2e%2e/metrics', '//metrics', '*', 'http://evil.example/api/v1/none']) {
      expect(await raw(service.port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 40[04] /)
    }
  })
})

describe('bodies on the wire', () => {
  const head = 'POST /internal/things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer users-secret-now-1\r\nContent-Type: application/json\r\n'

  it('in chunks over the limit get 413, and the connection ends', async () => {
    const { service } = await start()
    const chunk = `10000\r\n${'a'.repeat(65_536)}\r\n`
    const answer = await raw(service.internalPort, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(3)}`)
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
  })

  it('that stop half way leave the service well and are no error of ours', async () => {
    const { service, lines } = await start()
    const sent = raw(service.internalPort, `${head}Content-Length: 100\r\n\r\n{"text":`)
    sent.socket.end()
    await until(() => lines.some(({ message }) => message === 'request'))
    expect(lines.filter(({ level }) => level === 'error')).toEqual([])
    expect((await fetch(`http://127.0.0.1:${service.internalPort}/health/live`)).status).toBe(200)
  })
})

describe('a caller that goes away', () => {
  it('is told to the handler, and nothing is written anywhere but to the log', async () => {
    const written = [vi.spyOn(console, 'error'), vi.spyOn(console, 'info')]
    let signal: AbortSignal | undefined
    const { service, lines } = await start({
      slow: (given) => {
        signal = given
        return new Promise((resolve) => given.addEventListener('abort', () => resolve()))
      },
    })
    const sent = raw(service.port, 'GET /api/v1/slow HTTP/1.1\r\nHost: x\r\n\r\n')
    await until(() => signal !== undefined)
    sent.socket.destroy()
    await until(() => lines.some(({ message }) => message === 'request'))
    expect(signal?.aborted).toBe(true)
    for (const spy of written) expect(spy).not.toHaveBeenCalled()
    expect(lines.filter(({ level }) => level === 'error')).toEqual([])
  })
})

describe('draining', () => {
  it('finishes what it began, says that the connection ends, accepts nothing new and closes in order', async () => {
    let finish: (() => void) | undefined
    const slow = () =>
      new Promise<void>((resolve) => {
        finish = resolve
      })
    const closed: string[] = []
    const step = (name: string) => async () => void closed.push(name)
    const { service, process } = await start({ slow, stop: [step('relay'), step('database')] })
    const answer = raw(service.port, 'GET /api/v1/slow HTTP/1.1\r\nHost: x\r\n\r\n')
    await until(() => finish !== undefined)
    process.signal('SIGTERM')
    process.signal('SIGTERM')
    await expect(fetch(`http://127.0.0.1:${service.port}/api/v1/open`)).rejects.toThrow()
    expect(closed).toEqual([])
    finish?.()
    expect(await answer).toMatch(/^HTTP\/1.1 200 [\s\S]*connection: close[\s\S]*\{"id":"slow"\}$/i)
    await until(() => process.exits.length > 0)
    expect([closed, process.exits]).toEqual([['relay', 'database'], [0]])
  })

  it('closes idle connections at once', async () => {
    const { service } = await start()
    const idle = raw(service.port, 'GET /api/v1/open HTTP/1.1\r\nHost: x\r\n\r\n')
    await until(() => idle.received().endsWith('}'))
    const startedAt = performance.now()
    await service.stop()
    expect(performance.now() - startedAt).toBeLessThan(1000)
    expect(await idle).toContain('200 OK')
  })

  it('goes on closing when one step fails', async () => {
    let closed = false
    const { service, lines } = await start({
      stop: [
        async () => {
          throw new Error('stuck')
        },
        async () => {
          closed = true
        },
      ],
    })
    await service.stop()
    expect(closed).toBe(true)
    expect(lines.some(({ message }) => message === 'closing failed')).toBe(true)
  })

  it('leaves nothing open when a port is taken', async () => {
    const { service } = await start()
    const { publicApp, internalApp, log } = testService()
    const ports = { port: service.port, internalPort: 0 }
    await expect(
      serveService({ publicApp, internalApp, host: '127.0.0.1', ...ports, log, stop: [], process: fakeProcess().host }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
