import type { Socket } from 'node:net'
import { startTcpProxy } from '@app/testing/tcp-proxy'
import { afterEach, expect, it } from 'vitest'
import { type FakeServer, json, startFakeServer } from '../test/fake-server.ts'
import { type Caller, createCaller } from './http-call.ts'

let server: FakeServer
let caller: Caller
const get = { method: 'GET', path: '/', timeoutMs: 500, repeatable: true } as const

afterEach(async () => {
  caller.close()
  await server.close()
})

it('keeps one connection for calls one after another', async () => {
  const sockets = new Set<Socket>()
  server = await startFakeServer((request, response) => {
    sockets.add(request.socket)
    json(response, 200, {})
  })
  caller = createCaller({ baseUrl: server.url })
  for (let round = 0; round < 20; round += 1) await caller.call(get)
  expect(sockets.size).toBe(1)
})

it('replaces a kept connection that the server has closed, once, and only where a repeat does no harm', async () => {
  let requests = 0
  server = await startFakeServer((request, response) => {
    requests += 1
    // Every second request on a connection is met with a closed one, as after an idle time-out that races with us.
    if (requests % 2 === 0) request.socket.destroy()
    else json(response, 200, {})
  })
  caller = createCaller({ baseUrl: server.url })
  await caller.call(get)
  expect(await caller.call(get)).toMatchObject({ status: 200 })
  await expect(caller.call({ ...get, method: 'PATCH', repeatable: false })).rejects.toThrow(/PATCH/)
  expect(requests).toBe(4)
})

it('gives up within the time-out, also when bytes keep coming or all sockets are taken', async () => {
  server = await startFakeServer((_, response) => {
    const timer = setInterval(() => response.write(' '), 50)
    response.on('close', () => clearInterval(timer))
  })
  caller = createCaller({ baseUrl: server.url, maxSockets: 1 })
  const began = performance.now()
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => caller.call(get)))
  expect(results.every(({ status }) => status === 'rejected')).toBe(true)
  expect(performance.now() - began).toBeLessThan(900)
})

it('finds out once that kept connections are dead, not once for each', async () => {
  server = await startFakeServer((_, response) => json(response, 200, {}))
  const proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(new URL(server.url).port) })
  caller = createCaller({ baseUrl: `http://127.0.0.1:${proxy.port}` })
  await Promise.all(Array.from({ length: 10 }, () => caller.call(get)))
  expect(proxy.connections()).toBe(10)
  proxy.strand()
  await expect(caller.call(get)).rejects.toThrow(/in time/)
  expect(await caller.call(get)).toMatchObject({ status: 200 })
  await proxy.close()
})

it('refuses an answer that is too large', async () => {
  server = await startFakeServer((_, response) => response.end(Buffer.alloc(5 * 1024 * 1024)))
  caller = createCaller({ baseUrl: server.url })
  await expect(caller.call({ ...get, timeoutMs: 5_000 })).rejects.toThrow(/too large/)
})

it('names neither query nor headers in its errors', async () => {
  server = await startFakeServer((_, response) => response.destroy())
  caller = createCaller({ baseUrl: server.url })
  const error = await caller.call({ ...get, path: '/list?object=secret', headers: { cookie: 'secret' } }).catch((thrown: unknown) => thrown)
  expect(String(error)).toMatch(/GET \/list:/)
  expect(String(error)).not.toContain('secret')
})
