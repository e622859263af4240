import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from './poll.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

let server: Server
let proxy: TcpProxy
const sockets: Socket[] = []

beforeEach(async () => {
  // Says everything back.
  server = createServer((socket) => {
    socket.on('error', () => {})
    socket.pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  proxy = await startTcpProxy({ host: '127.0.0.1', port: address !== null && typeof address === 'object' ? address.port : 0 })
})

afterEach(async () => {
  proxy.resume()
  for (const socket of sockets.splice(0)) socket.destroy()
  await proxy.close()
  await new Promise((resolve) => server.close(resolve))
})

/** A client with what it has heard, and the error or end that it met. */
function client() {
  const seen = { text: '', ended: '', socket: connect(proxy.port, proxy.host) }
  sockets.push(seen.socket)
  seen.socket.on('data', (data) => {
    seen.text += data.toString('utf8')
  })
  seen.socket.on('error', (error) => {
    seen.ended = 'code' in error ? String(error.code) : error.message
  })
  seen.socket.on('close', () => {
    seen.ended ||= 'closed'
  })
  return seen
}

it('passes everything on, in order', async () => {
  const seen = client()
  for (let index = 0; index < 200; index += 1) seen.socket.write(`${index},`)
  await until(() => seen.text.endsWith('199,'))
  expect(seen.text).toBe(Array.from({ length: 200 }, (_, index) => `${index},`).join(''))
})

it('delays, and keeps the order when the delay ends', async () => {
  const seen = client()
  proxy.setLatency(150)
  const began = performance.now()
  seen.socket.write('a')
  await until(() => proxy.connections() === 1)
  await until(() => seen.text === 'a')
  expect(performance.now() - began).toBeGreaterThan(290)
  seen.socket.write('b')
  proxy.setLatency(0)
  seen.socket.write('c')
  await until(() => seen.text === 'abc')
})

describe('frozen', () => {
  it('it takes connections and says nothing, and passes what was held back afterwards', async () => {
    const open = client()
    open.socket.write('a')
    await until(() => open.text === 'a')
    proxy.freeze()
    open.socket.write('b')
    const late = client()
    late.socket.write('c')
    await until(() => proxy.connections() === 2)
    expect([open.text, open.ended, late.text, late.ended]).toEqual(['a', '', '', ''])
    proxy.resume()
    await until(() => open.text === 'ab' && late.text === 'c')
  })
})

it('strands what is open and serves what comes next', async () => {
  const open = client()
  open.socket.write('a')
  await until(() => open.text === 'a')
  proxy.strand()
  open.socket.write('b')
  const next = client()
  next.socket.write('c')
  await until(() => next.text === 'c')
  expect([open.text, open.ended]).toEqual(['a', ''])
})

it('resets what is open and serves what comes next', async () => {
  const open = client()
  open.socket.write('a')
  await until(() => open.text === 'a')
  proxy.reset()
  await until(() => open.ended === 'ECONNRESET')
  const next = client()
  next.socket.write('b')
  await until(() => next.text === 'b')
})

it('stopped, it refuses, and starts again on its port', async () => {
  const { port } = proxy
  await proxy.stop()
  const refused = client()
  await until(() => refused.ended === 'ECONNREFUSED')
  await proxy.start()
  expect(proxy.port).toBe(port)
  const next = client()
  next.socket.write('a')
  await until(() => next.text === 'a')
})
