import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { readIdentity } from '@app/contracts/internal-identity'
import { afterEach, expect, it } from 'vitest'
import { createInternalClient } from './internal-client.ts'

const identityId = '3c3f43a2-4a1b-4c62-9d3e-0a6f1a2b3c4d'
const identity = {
  id: identityId,
  schemaId: 'person',
  state: 'active',
  email: 'ada@example.org',
  emailVerified: true,
  name: 'Ada',
  locale: 'en',
  phone: null,
  awaitsPerson: false,
  createdAt: '2026-11-21T10:00:00.000Z',
  updatedAt: '2026-11-21T10:00:00.000Z',
}

const servers: { close(): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const clientOf = (baseUrl: string) => createInternalClient({ baseUrl, secret: 'the-secret', caller: 'users', timeoutMs: 300 })
const answering = (listener: RequestListener) => listening(createServer(listener)).then(clientOf)
const json =
  (status: number, body: unknown): RequestListener =>
  (_, response) => {
    response
      .writeHead(status, { 'content-type': 'application/json', connection: 'close' })
      .end(typeof body === 'string' ? body : JSON.stringify(body))
  }
const ask = (client: ReturnType<typeof clientOf>) => client.call(readIdentity, { params: { identityId }, requestId: 'request-1' })
const down = expect.objectContaining({ code: 'dependency-down', status: 503 })

it('sends the secret and the request id and answers what the contract says', async () => {
  let seen: unknown
  const client = await answering((request, response) => {
    seen = [request.url, request.headers.authorization, request.headers['x-request-id']]
    json(200, { ...identity, internal: 'x' })(request, response)
  })
  expect(await ask(client)).toEqual(identity)
  expect(seen).toEqual([`/internal/identities/${identityId}`, 'Bearer the-secret', 'request-1'])
})

it('throws the problem that the contract declares', async () => {
  const client = await answering(json(404, { type: 't', title: 'x', status: 404, code: 'identity-not-found', requestId: 'r' }))
  await expect(ask(client)).rejects.toMatchObject({ code: 'identity-not-found', status: 404 })
})

it.each([
  ['a 404 of something else', 404, 'not here'],
  ['a problem that is not declared', 401, { type: 't', title: 'x', status: 401, code: 'caller-unknown', requestId: 'r' }],
  ['a 500', 500, ''],
  ['an answer that breaks the contract', 200, { id: 'x' }],
  ['an answer that is not JSON', 200, '<html>'],
  ['a redirect', 302, ''],
])('takes %s for an outage', async (_, status, body) => {
  await expect(ask(await answering(json(status, body)))).rejects.toEqual(down)
})

it('takes silence and a refused connection for an outage', async () => {
  await expect(ask(clientOf(await listening(createTcpServer(() => {}))))).rejects.toEqual(down)
  await expect(ask(clientOf('http://127.0.0.1:1'))).rejects.toEqual(down)
})

it('asks again when a kept connection was closed by a restart', async () => {
  let sockets = 0
  const server = createServer(json(200, identity))
  server.on('connection', (socket) => {
    sockets += 1
    if (sockets === 1) socket.destroy()
  })
  expect(await ask(clientOf(await listening(server)))).toEqual(identity)
})

it('gives up when the caller of the caller has gone', async () => {
  const client = clientOf(await listening(createTcpServer(() => {})))
  const gone = client.call(readIdentity, { params: { identityId }, signal: AbortSignal.abort() })
  await expect(gone).rejects.toEqual(down)
})
