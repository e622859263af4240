import { gzipSync } from 'node:zlib'
import { until } from '@app/testing/poll'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createLocks } from '../src/locks.ts'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { signUp } from './signed-up.ts'
import { aPerson, codeOf, type Heard, messageIds, password, type Visitor } from './visitor.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const signedUp = () => signUp(identity)

/** The code of somebody's nth mail of this kind. */
function mailedCode(email: string, template: 'recovery_code_valid' | 'verification_code_valid', nth: number): Promise<string> {
  const Mail = z.object({ recipient: z.literal(email), template: z.literal(template), code: z.string() })
  return until(() => identity.kratos.receiver.calls.flatMap(({ body }) => Mail.safeParse(body).data?.code ?? [])[nth - 1])
}

describe('signing in and out', () => {
  it('lets people in by cookie and tells who they are', async () => {
    const { email, userId } = await signedUp()
    const ann = identity.visitor()
    const answer = await ann.signIn(email)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.getSetCookie().filter((line) => line.startsWith('ory_kratos_session='))).toHaveLength(1)
    const session = await ann.guard('GET', '/api/v1/session')
    expect(session.json).toMatchObject({ userId, email, name: 'Ann Lee', locale: 'en', assuranceLevel: 'aal1', emailVerified: false })
  })

  it.each([
    ['no cookie', ''],
    ['a forged cookie', `ory_kratos_session=${'MTc5NTI1MzUzNHx1UU5P'.repeat(10)}`],
    ['an empty cookie', 'ory_kratos_session='],
    ['a broken cookie', 'ory_kratos_session=%00%ff; ory_kratos_session'],
  ])('knows nobody behind %s', async (_, cookie) => {
    const answer = await identity.visitor().guard('GET', '/api/v1/session', { headers: { cookie } })
    expect([answer.status, codeOf(answer)]).toEqual([401, 'not-signed-in'])
  })

  it('knows nobody whose identity is inactive, and says so at the next sign-in, also to somebody signed in as another', async () => {
    const [{ ann, email, userId }, { ann: other }] = [await signedUp(), await signedUp()]
    await identity.deps.kratos.patchIdentity(userId, [{ op: 'replace', path: '/state', value: 'inactive' }])
    expect((await ann.guard('GET', '/api/v1/session')).status).toBe(401)
    expect((await identity.visitor().signIn(email)).status).toBe(401)
    const cookies = [...other.cookies].map(([name, value]) => `${name}=${value}`)
    const visitor = identity.visitor()
    const flow = await visitor.open('login')
    for (const cookie of cookies.filter((one) => one.startsWith('ory_kratos_session=')))
      visitor.cookies.set('ory_kratos_session', cookie.slice('ory_kratos_session='.length))
    const answer = await visitor.submit('login', { method: 'password', identifier: email, password }, flow)
    expect([400, 401]).toContain(answer.status)
  })

  it('relays a wrong password as Kratos says it', async () => {
    const { email } = await signedUp()
    const answer = await identity.visitor().signIn(email, 'not the password')
    expect([answer.status, messageIds(answer)]).toEqual([400, { '': [4_000_006] }])
  })

  it('publishes the session that a logout ends', async () => {
    const { ann, sessionId } = await signedUp()
    const { logout_token: token } = z.object({ logout_token: z.string() }).parse((await ann.kratos('/self-service/logout/browser')).json)
    expect((await ann.guard('GET', '/self-service/logout?token=wrong')).status).toBeGreaterThanOrEqual(400)
    expect(identity.revoked).not.toContainEqual({ scope: 'session', id: sessionId })
    expect((await ann.guard('GET', `/self-service/logout?token=${token}`)).status).toBe(204)
    expect(identity.revoked).toContainEqual({ scope: 'session', id: sessionId })
    expect((await ann.whoami()).status).toBe(401)
  })

  it('sends a browser that navigates to the logout back to our origin', async () => {
    const { ann } = await signedUp()
    const { logout_token: token } = z.object({ logout_token: z.string() }).parse((await ann.kratos('/self-service/logout/browser')).json)
    const answer = await ann.guard('GET', `/self-service/logout?token=${token}`, { headers: { accept: 'text/html' } })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
  })

  it('publishes ended sessions of the list', async () => {
    const { ann, email, userId, sessionId } = await signedUp()
    const elsewhere = identity.visitor()
    await elsewhere.signIn(email)
    expect((await elsewhere.guard('DELETE', `/sessions/${sessionId}`)).status).toBe(204)
    expect(identity.revoked).toContainEqual({ scope: 'session', id: sessionId })
    expect((await ann.whoami()).status).toBe(401)
    await ann.signIn(email)
    expect((await ann.guard('DELETE', '/sessions')).status).toBe(200)
    expect(identity.revoked).toContainEqual({ scope: 'identity', id: userId })
    expect((await elsewhere.whoami()).status).toBe(401)
  })

  it('publishes the session that a token logout ends', async () => {
    const { email } = await signedUp()
    const api = identity.visitor()
    const flow = z.object({ id: z.string() }).parse((await api.kratos('/self-service/login/api')).json)
    const answer = await api.guard('POST', `/self-service/login?flow=${flow.id}`, {
      body: { method: 'password', identifier: email, password },
    })
    const { session_token: token, session } = z
      .object({ session_token: z.string(), session: z.object({ id: z.string() }) })
      .parse(answer.json)
    expect((await api.guard('DELETE', '/self-service/logout/api', { body: { session_token: token } })).status).toBe(204)
    expect(identity.revoked.filter(({ id }) => id === session.id)).toEqual([{ scope: 'session', id: session.id }])
  })
})

describe('recovery and verification', () => {
  it('lets a code be used once, however many try at the same time, and publishes', async () => {
    const { email, userId } = await signedUp()
    const ann = identity.visitor()
    const flow = await ann.open('recovery')
    await ann.submit('recovery', { method: 'code', email }, flow)
    const code = await mailedCode(email, 'recovery_code_valid', 1)
    const before = identity.revoked.length
    const answers = await Promise.all(Array.from({ length: 6 }, () => ann.submit('recovery', { method: 'code', code }, flow)))
    const passed = answers.filter(({ json }) => z.object({ state: z.literal('passed_challenge') }).safeParse(json).success)
    expect(passed).toHaveLength(1)
    expect(identity.revoked.slice(before)).toContainEqual({ scope: 'identity', id: userId })
    await until(async () => (await identity.events(userId)).some(({ change }) => change === 'verified'))
  })

  it('makes the browser one that is known, which nobody locks out', async () => {
    const { email } = await signedUp()
    const ann = identity.visitor()
    const flow = await ann.open('recovery')
    await ann.submit('recovery', { method: 'code', email }, flow)
    const code = await mailedCode(email, 'recovery_code_valid', 1)
    const answer = await ann.submit('recovery', { method: 'code', code }, flow)
    expect(answer.headers.getSetCookie().filter((line) => line.startsWith('vst_device='))).toHaveLength(1)
    const list = z.object({ items: z.array(z.object({ current: z.boolean(), deviceId: z.uuid().nullable() })) })
    const { items } = list.parse((await ann.guard('GET', '/api/v1/sessions')).json)
    expect(items.find(({ current }) => current)?.deviceId).toEqual(expect.any(String))
    for (let nth = 0; nth < 12; nth += 1) await identity.visitor().signIn(email, `guess ${nth}`)
    expect((await identity.visitor().signIn(email)).status).toBe(429)
    const again = identity.visitor()
    again.cookies.set('vst_device', ann.cookies.get('vst_device') ?? '')
    expect((await again.signIn(email)).status).toBe(200)
  })

  it('tells a verified address once', async () => {
    const { ann, email, userId } = await signedUp()
    const flow = await ann.open('verification')
    await ann.submit('verification', { method: 'code', email }, flow)
    // The first one came with the registration.
    const code = await mailedCode(email, 'verification_code_valid', 2)
    await ann.submit('verification', { method: 'code', code: '000000' }, flow)
    expect((await ann.submit('verification', { method: 'code', code }, flow)).status).toBe(200)
    await until(async () => (await identity.events(userId)).length === 2)
    expect((await identity.events(userId)).map(({ change }) => change)).toEqual([null, 'verified'])
    expect((await ann.guard('GET', '/api/v1/session')).json).toMatchObject({ emailVerified: true })
  })
})

describe('what is refused before Kratos hears of it', () => {
  const flowId = '3c3f43a2-4a1b-4c62-9d3e-0a6f1a2b3c4d'
  const login = `/self-service/login?flow=${flowId}`
  const body = { method: 'password', identifier: 'ann@example.org', password }

  it.each<[string, (visitor: Visitor) => Promise<Heard>, number, string]>([
    ['another origin', (v) => v.guard('POST', login, { body, headers: { origin: 'http://evil.example' } }), 403, 'cross-origin'],
    ['an origin that is null', (v) => v.guard('POST', login, { body, headers: { origin: 'null' } }), 403, 'cross-origin'],
    ['another port', (v) => v.guard('DELETE', '/sessions', { headers: { origin: 'http://localhost:8081' } }), 403, 'cross-origin'],
    [
      'a form',
      (v) => v.guard('POST', login, { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
      415,
      'unsupported-media-type',
    ],
    ['plain text', (v) => v.guard('POST', login, { body: '{}', headers: { 'content-type': 'text/plain' } }), 415, 'unsupported-media-type'],
    ['malformed JSON', (v) => v.guard('POST', login, { body: '{' }), 400, 'invalid-request'],
    ['a list', (v) => v.guard('POST', login, { body: [] }), 400, 'invalid-request'],
    ['null', (v) => v.guard('POST', login, { body: 'null' }), 400, 'invalid-request'],
    ['no body', (v) => v.guard('POST', login), 415, 'unsupported-media-type'],
    ['NUL', (v) => v.guard('POST', login, { body: { ...body, identifier: 'a\0' } }), 400, 'invalid-request'],
    ['half a surrogate pair', (v) => v.guard('POST', login, { body: { ...body, identifier: '\ud800' } }), 400, 'invalid-request'],
    ['a prototype', (v) => v.guard('POST', login, { body: '{"__proto__":{"method":"password"}}' }), 400, 'invalid-request'],
    ['a huge body', (v) => v.guard('POST', login, { body: { ...body, password: 'x'.repeat(66_000) } }), 413, 'body-too-large'],
    ['a very deep body', (v) => v.guard('POST', login, { body: `${'['.repeat(5000)}${']'.repeat(5000)}` }), 400, 'invalid-request'],
    ['no flow', (v) => v.guard('POST', '/self-service/login', { body }), 400, 'invalid-request'],
    ['two flows', (v) => v.guard('POST', `${login}&flow=${flowId}`, { body }), 400, 'invalid-request'],
    [
      'a flow without hyphens',
      (v) => v.guard('POST', `/self-service/login?flow=${flowId.replaceAll('-', '')}`, { body }),
      400,
      'invalid-request',
    ],
    ['a flow in braces', (v) => v.guard('POST', `/self-service/login?flow={${flowId}}`, { body }), 400, 'invalid-request'],
    ['a way in spelled otherwise', (v) => v.guard('POST', login, { body: { ...body, Method: 'code' } }), 400, 'invalid-request'],
    ['a way in that is none', (v) => v.guard('POST', login, { body: { ...body, method: ['password'] } }), 400, 'invalid-request'],
    [
      'a token under a name that only Kratos reads',
      (v) => v.guard('DELETE', '/self-service/logout/api', { body: { ſession_token: 'ory_st_abcdefghijklmnopqrstuvwxyz012345' } }),
      400,
      'invalid-request',
    ],
    ['a submission by GET', (v) => v.guard('GET', `${login}&method=password`), 405, 'method-not-allowed'],
    ['a submission by PUT', (v) => v.guard('PUT', login, { body }), 405, 'method-not-allowed'],
    ['an unknown session spelling', (v) => v.guard('DELETE', '/sessions/me'), 404, 'route-not-found'],
  ])('%s', async (_, send, status, code) => {
    const answer = await send(identity.visitor())
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
  })

  it('a cookie without an origin', async () => {
    const { ann } = await signedUp()
    const cookie = [...ann.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(`http://127.0.0.1:${identity.port}/sessions`, { method: 'DELETE', headers: { cookie } })
    expect(answer.status).toBe(403)
  })

  it('a compressed body', async () => {
    const answer = await fetch(`http://127.0.0.1:${identity.port}${login}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: new Uint8Array(gzipSync(JSON.stringify(body))),
    })
    expect(answer.status).toBe(415)
  })

  it.each([
    '/self-service/login/../../admin/identities',
    '/self-service/login/%2e%2e/admin',
    '/self-service//login',
    '/self-service/Login',
    '/self-service/login/',
    '/self-service/login%00',
    '/self-service/login%3fflow=x',
    '/self-service/login;x=1',
    '/self-service/methods/oidc/callback/../x',
    '/self-service/methods/oidc/callback/a%2fb',
    '/self-service/logout',
    '/sessions/..%2f..%2fadmin%2fidentities',
    '/sessions/whoami',
    '/self-service/',
    '/admin/identities',
    '//admin/identities',
    '/internal/hooks/registration/password/before',
    '/health/ready',
    '/metrics',
  ])('POST %s', async (path) => {
    const answer = await identity.visitor().guard('POST', path, { body: {} })
    expect([404, 405]).toContain(answer.status)
  })
})

describe('what reaches Kratos', () => {
  const Devices = z.object({ devices: z.array(z.object({ ip_address: z.string() })) })

  it('is the address that nginx vouches for', async () => {
    const person = aPerson()
    await identity.visitor().register(person)
    const ann = identity.visitor()
    const flow = await ann.open('login')
    const spoofed = {
      'true-client-ip': '203.0.113.9',
      'cf-connecting-ip': '198.51.100.1',
      'x-forwarded-for': '198.51.100.2',
      forwarded: 'for=198.51.100.3',
    }
    const body = { method: 'password', identifier: person.email, password, csrf_token: flow.csrf }
    expect((await ann.guard('POST', `/self-service/login?flow=${flow.id}`, { body, headers: spoofed })).status).toBe(200)
    const { devices } = Devices.parse((await ann.kratos('/sessions/whoami')).json)
    expect(devices.map(({ ip_address: address }) => address.split(':')[0])).toEqual(['203.0.113.9'])
  })

  it('is one submission of a flow at a time, over all instances, and not too many wait', async () => {
    const { email } = await signedUp()
    const ann = identity.visitor()
    const flow = await ann.open('login')
    const other = createLocks(identity.database.system)
    let finish = () => {}
    const held = other.hold(
      `flow:${flow.id}`,
      1_000,
      () =>
        new Promise<string>((resolve) => {
          finish = () => resolve('done')
        }),
    )
    await until(async () => (await identity.deps.locks.hold(`flow:${flow.id}`, 0, async () => 'free')) === null)
    const sent = Array.from({ length: 10 }, () => ann.submit('login', { method: 'password', identifier: email, password }, flow))
    const first = await Promise.race(sent)
    expect([first.status, codeOf(first), first.headers.get('retry-after')]).toEqual([409, 'submission-in-progress', '2'])
    finish()
    expect(await held).toBe('done')
    const statuses = (await Promise.all(sent)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(0)
    // Eight may wait; on a slow machine some of them wait too long.
    expect(statuses.filter((status) => status === 409).length).toBeGreaterThanOrEqual(2)
    await other.close()
  })
})
