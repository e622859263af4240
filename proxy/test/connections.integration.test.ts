import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { ask, type Edge, startEdge } from './edge.ts'

let edge: Edge
beforeAll(async () => {
  edge = await startEdge()
})
afterAll(() => edge.stop())
beforeEach(() => {
  edge.received.length = 0
})

it('connections to parts are kept', async () => {
  const before = edge.upstreams.users.connections
  for (let count = 0; count < 20; count += 1) expect((await ask(edge.port, 'GET /api/v1/users')).status).toBe(200)
  for (let count = 0; count < 20; count += 1) expect((await ask(edge.port, 'POST /api/v1/users', {}, '{}')).status).toBe(200)
  expect(edge.upstreams.users.connections - before).toBe(1)
})

it('a part that was killed is used again at once, for reads and writes, at any moment of its restart', async () => {
  const { users } = edge.upstreams
  for (let round = 0; round < 10; round += 1) {
    await ask(edge.port, 'GET /api/v1/users')
    await users.stop()
    expect((await ask(edge.port, 'POST /api/v1/users', {}, '{}')).status).toBe(502)
    await users.start()
    expect((await ask(edge.port, 'POST /api/v1/users', {}, '{}')).status).toBe(200)
  }
  expect(edge.received.filter(({ method }) => method === 'POST')).toHaveLength(10)
})

it('a frozen part does not hold up the others', async () => {
  edge.upstreams.users.behaviour = () => undefined
  const frozen = Promise.all(Array.from({ length: 30 }, () => ask(edge.port, 'GET /api/v1/users')))
  const started = Date.now()
  expect((await ask(edge.port, 'GET /sessions/whoami')).status).toBe(200)
  expect(Date.now() - started).toBeLessThan(1000)
  expect((await frozen).every(({ status }) => status === 504)).toBe(true)
})
