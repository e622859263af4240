import type { ServerResponse } from 'node:http'
import { createLog } from '@app/log/log'
import { afterEach, describe, expect, it } from 'vitest'
import { type FakeServer, json, startFakeServer } from '../test/fake-server.ts'
import { createSessionReader, type SessionReader } from './session.ts'

const log = createLog({ service: 'test', level: 'silent' })
const sessionToken = `ory_st_${'a'.repeat(32)}`
const down = { code: 'identity-service-down' }
const at = '2026-11-21T09:29:59.332366Z'
const live = {
  id: '0ad0c8fe-13f9-412e-85c0-ae8865c7f3f4',
  active: true,
  authenticated_at: at,
  expires_at: at,
  authenticator_assurance_level: 'aal1',
  authentication_methods: [{ method: 'password', aal: 'aal1', completed_at: at }],
  identity: {
    id: '4db44c5e-d596-4132-a970-0c1ec28d8dd9',
    schema_id: 'person',
    state: 'active',
    traits: { email: 'Anna@example.org', name: 'Anna', locale: 'en' },
    verifiable_addresses: [{ value: 'anna@example.org', verified: true, via: 'email' }],
    metadata_public: null,
    updated_at: at,
  },
}

type Say = (response: ServerResponse) => void
const error =
  (status: number, id?: string): Say =>
  (response) =>
    json(response, status, { error: { id, code: status, message: 'x' } })
const says =
  (status: number, body: unknown): Say =>
  (response) =>
    json(response, status, body)
const silence: Say = () => {}

const halfAnAnswer: Say = (response) => {
  response.writeHead(200, { 'content-length': '99' }).write('{')
  setTimeout(() => response.destroy(), 20)
}

let server: FakeServer
let reader: SessionReader

/** `whoami` answers one after another, the last one repeated. */
async function kratos(whoami: readonly Say[], login: Say = error(500)): Promise<void> {
  let asked = 0
  server = await startFakeServer((request, response) => {
    if (request.url === '/sessions/whoami') whoami[Math.min(asked++, whoami.length - 1)]?.(response)
    else if (request.url === '/self-service/login/api?aal=aal2') login(response)
    else json(response, 404, {})
  })
  reader = createSessionReader({ kratosPublicUrl: server.url, timeoutMs: 300, log })
}

afterEach(async () => {
  reader.close()
  await server.close()
})

const find = () => reader.findSession({ sessionToken })
const unauthorized = error(401, 'session_inactive')

describe('a 401 of whoami', () => {
  it('is no session when the login flow finds none either', async () => {
    await kratos([unauthorized], error(401, 'session_aal1_required'))
    expect(await find()).toBeNull()
  })

  it.each([
    ['answers 500', error(500)],
    ['answers 503', error(503)],
    ['answers a 401 without an id', error(401)],
    ['is silent', silence],
    ['answers something else than JSON', (response: ServerResponse) => void response.writeHead(401).end('no')],
  ])('is an outage when the login flow %s', async (_, login) => {
    await kratos([unauthorized], login)
    await expect(find()).rejects.toMatchObject(down)
  })

  it.each([
    ['starts a flow', says(200, { id: 'x' })],
    ['finds the level reached already', error(400, 'session_already_available')],
  ])('is asked again when the login flow %s', async (_, login) => {
    await kratos([unauthorized, says(200, live)], login)
    expect(await find()).toMatchObject({ userId: live.identity.id })
  })

  it('is an outage when it comes again for a session that is there', async () => {
    await kratos([unauthorized], says(200, { id: 'x' }))
    await expect(find()).rejects.toMatchObject(down)
  })
})

describe('other answers', () => {
  it.each([
    ['500', error(500)],
    ['429', error(429)],
    ['302', error(302)],
    ['404', error(404)],
    ['403 for another reason', error(403, 'security_csrf_violation')],
    ['a body that is not JSON', (response: ServerResponse) => void response.writeHead(200).end('<html>')],
    ['a session without an identity', says(200, { ...live, identity: undefined })],
    ['an unknown assurance level', says(200, { ...live, authenticator_assurance_level: 'aal9' })],
    ['half an answer', halfAnAnswer],
    ['an answer without an end', (response: ServerResponse) => void response.writeHead(200).write('{')],
    ['a cut connection', (response: ServerResponse) => void response.destroy()],
    ['silence', silence],
  ])('%s is an outage', async (_, say) => {
    await kratos([say])
    const began = performance.now()
    await expect(find()).rejects.toMatchObject(down)
    expect(performance.now() - began).toBeLessThan(600)
  })

  it('a session below the level that Kratos asks for needs a second factor', async () => {
    await kratos([error(403, 'session_aal2_required')])
    await expect(find()).rejects.toMatchObject({ code: 'second-factor-required' })
  })

  it.each([
    ['session', { ...live, active: false }],
    ['identity', { ...live, identity: { ...live.identity, state: 'inactive' } }],
  ])('an inactive %s is none', async (_, body) => {
    await kratos([says(200, body)])
    expect(await find()).toBeNull()
  })

  it('traits of other schemas and strange metadata do no harm', async () => {
    const identity = { ...live.identity, traits: { locale: 'xx' }, metadata_public: { passwordSetAt: 7 }, verifiable_addresses: null }
    await kratos([says(200, { ...live, authentication_methods: null, identity })])
    expect(await find()).toMatchObject({
      traits: { email: null, name: '', locale: 'en', phone: null },
      emailVerified: false,
      passwordSetAt: null,
      methods: [],
    })
  })
})

it('compares addresses without case', async () => {
  await kratos([says(200, live)])
  expect(await find()).toMatchObject({ emailVerified: true, traits: { email: 'Anna@example.org' } })
})

it('shares a look-up that has not begun, and never one that has', async () => {
  const waiting: ServerResponse[] = []
  await kratos([(response) => void waiting.push(response)])
  const first = find()
  await expect.poll(() => waiting.length).toBe(1)
  // Revoked while the first look-up is under way: who asks from now on must not get its answer.
  const later = [find(), find(), find()]
  answerWith(waiting[0], live)
  expect(await first).toMatchObject({ id: live.id })
  await expect.poll(() => waiting.length).toBe(2)
  answerWith(waiting[1], { ...live, active: false })
  expect(await Promise.all(later)).toEqual([null, null, null])
  expect(waiting).toHaveLength(2)
})

it('leaves time to a look-up that had to wait for one that got no answer', async () => {
  const late: Say = (response) => void setTimeout(() => json(response, 200, live), 80)
  await kratos([silence, late])
  const first = find().catch((error: unknown) => error)
  const later = [find(), find()]
  expect(await first).toMatchObject(down)
  expect(await Promise.all(later)).toMatchObject([{ id: live.id }, { id: live.id }])
})

function answerWith(response: ServerResponse | undefined, body: unknown): void {
  if (response === undefined) throw new Error('nobody asked')
  json(response, 200, body)
}

describe('the guest’s cookie', () => {
  const asGuest = () => reader.findSession({ cookie: `vst_guest=${sessionToken}` })

  it('finds a guest', async () => {
    await kratos([says(200, { ...live, identity: { ...live.identity, schema_id: 'guest', traits: {} } })])
    expect(await asGuest()).toMatchObject({ schemaId: 'guest' })
    expect(server.requests).toHaveLength(1)
  })

  it('never finds a person, although the session has become one’s', async () => {
    await kratos([says(200, live)])
    expect(await asGuest()).toBeNull()
    expect(await find()).toMatchObject({ schemaId: 'person' })
  })
})

describe('what identity noted', () => {
  const noted = (metadata_public: unknown) => says(200, { ...live, identity: { ...live.identity, metadata_public } })

  it('is told', async () => {
    await kratos([noted({ passwordSetAt: at, secondFactorRequired: true, secondFactorSet: true, termsAccepted: '2' })])
    expect(await find()).toMatchObject({
      passwordSetAt: '2026-11-21T09:29:59.332Z',
      secondFactorRequired: true,
      secondFactorSet: true,
      termsAccepted: '2',
    })
  })

  it('counts as the stricter when it cannot be read', async () => {
    await kratos([noted({ secondFactorRequired: 'yes', secondFactorSet: 1, termsAccepted: 2 })])
    expect(await find()).toMatchObject({ secondFactorRequired: true, secondFactorSet: false, termsAccepted: null })
    reader.close()
    await server.close()
    await kratos([noted('x')])
    await expect(find()).rejects.toMatchObject(down)
  })
})

it('asks nobody without a credential', async () => {
  await kratos([silence])
  expect(await reader.findSession({ cookie: 'theme=dark' })).toBeNull()
  expect(server.requests).toHaveLength(0)
})
