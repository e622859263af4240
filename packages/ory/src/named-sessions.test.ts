import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeServer, json, startFakeServer } from '../test/fake-server.ts'
import { type Caller, createCaller } from './http-call.ts'
import { createNamedSessions, type NamedSessions } from './named-sessions.ts'
import { createWhoamiReader, type WhoamiReader } from './read-whoami.ts'
import { keptMs } from './session-cache.ts'
import type { Session } from './whoami.ts'

const id = '0ad0c8fe-13f9-412e-85c0-ae8865c7f3f4'
const clock = () => new Date('2026-11-21T10:00:00Z')
const said = {
  id,
  active: true,
  authenticated_at: '2026-11-21T09:00:00Z',
  expires_at: '2026-11-22T09:00:00Z',
  authenticator_assurance_level: 'aal1',
  identity: {
    id: '4db44c5e-d596-4132-a970-0c1ec28d8dd9',
    schema_id: 'person',
    state: 'active',
    traits: {},
    updated_at: '2026-11-21T09:00:00Z',
  },
}
const read: WhoamiReader = createWhoamiReader()
const session: Session | null = read({ status: 200, text: JSON.stringify(said) })

type Say = (response: ServerResponse) => void
let now = 0
let say: Say = () => {}
let server: FakeServer
let caller: Caller
let named: NamedSessions
const find = (key = 'key') => named.find(key, performance.now() + 400)
const paths = () => server.requests.map(({ method, url }: IncomingMessage) => `${method} ${url}`)

beforeEach(async () => {
  now = 0
  say = (response) => json(response, 200, said)
  server = await startFakeServer((_, response) => say(response))
  caller = createCaller({ baseUrl: server.url })
  named = createNamedSessions({ caller, read, now: () => now, clock })
})

afterEach(async () => {
  caller.close()
  await server.close()
})

describe('a session that whoami has named', () => {
  it('is asked for by its id, every time', async () => {
    expect(await find()).toBeNull()
    expect(paths()).toEqual([])
    named.note('key', session)
    expect(await find()).toEqual(session)
    expect(await find()).toEqual(session)
    expect(await find('another')).toBeNull()
    expect(paths()).toEqual(Array(2).fill(`GET /admin/sessions/${id}?expand=identity`))
  })

  it.each<[string, Say]>([
    ['is not there any more', (response) => json(response, 404, { error: {} })],
    ['cannot be asked for', (response) => json(response, 500, { error: {} })],
    ['is not active', (response) => json(response, 200, { ...said, active: false })],
    ['is over', (response) => json(response, 200, { ...said, expires_at: '2026-11-21T10:00:00Z' })],
    ['is of an inactive person', (response) => json(response, 200, { ...said, identity: { ...said.identity, state: 'inactive' } })],
    ['comes without its person', (response) => json(response, 200, { ...said, identity: undefined })],
    ['is another one', (response) => json(response, 200, { ...said, id: '7ad0c8fe-13f9-412e-85c0-ae8865c7f3f4' })],
    ['is not JSON', (response) => void response.end('<html>')],
    ['is cut off', (response) => void response.destroy()],
    ['is not told in time', () => {}],
  ])('is left to whoami when it %s, also the next time', async (_, answer) => {
    named.note('key', session)
    say = answer
    const began = performance.now()
    expect(await find()).toBeNull()
    expect(performance.now() - began).toBeLessThan(350)
    const asked = paths().length
    say = (response) => json(response, 200, said)
    expect(await find()).toBeNull()
    expect(paths()).toHaveLength(asked)
  })

  it('is left to whoami for a moment when the last one could not be asked for', async () => {
    named.note('key', session)
    named.note('another', session)
    say = (response) => void response.destroy()
    expect(await find()).toBeNull()
    const asked = paths().length
    say = (response) => json(response, 200, said)
    now = 4_999
    expect(await find('another')).toBeNull()
    expect(paths()).toHaveLength(asked)
    now = 5_000
    expect(await find('another')).toEqual(session)
  })

  it('is left to whoami after as long as an answer may be kept', async () => {
    named.note('key', session)
    now = keptMs
    expect(await find()).toBeNull()
    expect(paths()).toEqual([])
  })

  it('is forgotten when whoami knows it no more, and when there are many newer ones', async () => {
    named.note('key', session)
    named.note('key', null)
    expect(await find()).toBeNull()
    for (let number = 0; number <= 10_000; number += 1) named.note(`key ${number}`, session)
    expect(await find('key 0')).toBeNull()
    expect(await find('key 1')).toEqual(session)
  })
})
