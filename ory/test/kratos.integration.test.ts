import { appendFile, readFile } from 'node:fs/promises'
import { HookBody } from '@app/contracts/internal-hooks'
import { CourierMessage } from '@app/contracts/internal-notifications'
import { until } from '@app/testing/poll'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { oryCommands } from '../src/commands.ts'
import type { PrivateKratos } from './private-kratos.ts'
import { binaries, runToEnd } from './private-server.ts'
import { type Received, type Receiver, startHeardKratos } from './receiver.ts'
import { aPerson, Flow, messageIds, register, signIn, Visitor } from './visitor.ts'

const hook = (path: string) => `/internal/hooks/${path}`
const refusal = {
  messages: [{ instance_ptr: '#/traits/email', messages: [{ id: 9_000_003, text: 'Ask for a code', type: 'error', context: {} }] }],
}

let receiver: Receiver
let kratos: PrivateKratos

beforeAll(async () => {
  const started = await startHeardKratos()
  kratos = started.kratos
  receiver = started.receiver
})
afterAll(async () => {
  await kratos.stop()
  await receiver.stop()
})
beforeEach(() => receiver.reset())

const visitor = () => new Visitor(kratos.publicUrl, { 'true-client-ip': '203.0.113.9', 'user-agent': 'Test Browser' })
const bodyOf = (received: Received | undefined) => HookBody.parse(received?.body)
/** A busy machine delivers what belongs to an earlier test late, so everything is looked up by address. */
const about = (path: string, email: string) => receiver.at(path).filter(({ text }) => text.includes(email))
const told = (path: string, email: string) => until(() => about(hook(path), email)[0], { timeoutMs: 30_000 })
const messageTo = (email: string, template = 'verification_code_valid') =>
  until(
    () =>
      about('/internal/courier', email)
        .map(({ body }) => CourierMessage.parse(body))
        .find((message) => message.template === template),
    { timeoutMs: 30_000 },
  )

/** Only the newer release says how long a code is good for. */
const lifespanToldBy = ({ input }: PrivateKratos) => (input.release === 'v26.2.0' ? 15 : null)

async function identitiesOf(email: string): Promise<unknown[]> {
  const answer = await fetch(`${kratos.adminUrl}/admin/identities?credentials_identifier=${encodeURIComponent(email)}`)
  return z.array(z.unknown()).parse(await answer.json())
}

/** Everything that must never leave Kratos: the values of the browser's cookies. */
function expectNoCookies(from: Visitor): void {
  expect(from.cookieValues.size).toBeGreaterThan(1)
  for (const { text } of receiver.received) for (const value of from.cookieValues) expect(text).not.toContain(value)
}

describe('registration by password', () => {
  it('asks and then tells identity, each once, with the agreed body and secret', async () => {
    const [ann, traits] = [visitor(), aPerson()]
    expect((await register(ann, traits)).status).toBe(200)
    const after = await told('registration/password/after', traits.email)
    const before = about(hook('registration/password/before'), traits.email)
    expect(before).toHaveLength(1)
    for (const { authorization, contentType } of [before[0], after].flatMap((one) => one ?? [])) {
      expect([authorization, contentType]).toEqual([`Bearer ${kratos.input.hooks.secret}`, 'application/json'])
    }
    const shared = { schemaId: 'person', state: 'active', traits, previousTraits: null, metadataPublic: null }
    const origin = { clientAddress: '203.0.113.9', userAgent: 'Test Browser' }
    const { identityId, ...rest } = bodyOf(after)
    expect(rest).toEqual({ ...shared, ...origin, flowId: bodyOf(before[0]).flowId })
    expect(bodyOf(before[0]).identityId).toBe('00000000-0000-0000-0000-000000000000')
    expect(await identitiesOf(traits.email)).toMatchObject([{ id: identityId, traits }])
    expectNoCookies(ann)
  })

  it('signs in at once with cookies for https alone, and sends a code', async () => {
    const [ann, traits] = [visitor(), aPerson()]
    const answer = await register(ann, traits)
    for (const line of answer.setCookies) expect(line).toMatch(/; HttpOnly; Secure; SameSite=Lax$/)
    expect((await ann.whoami()).status).toBe(200)
    expect(await messageTo(traits.email)).toEqual({
      recipient: traits.email,
      template: 'verification_code_valid',
      messageType: 'email',
      code: expect.stringMatching(/^\d{6}$/),
      link: expect.stringMatching(/^http:\/\/localhost:8080\/self-service\/verification\?code=\d{6}&flow=/),
      locale: 'nl',
      expiresInMinutes: lifespanToldBy(kratos),
    })
    expect(about('/internal/courier', traits.email)[0]?.authorization).toBe(`Bearer ${kratos.input.courier.secret}`)
  })

  it('stores what the deciding hook adds', async () => {
    receiver.answer(hook('registration/password/before'), 200, { identity: { metadata_public: { passwordSetAt: '2026-01-01T00:00:00Z' } } })
    const [ann, traits] = [visitor(), aPerson()]
    expect((await register(ann, traits)).status).toBe(200)
    expect(bodyOf(await told('registration/password/after', traits.email)).metadataPublic).toEqual({
      passwordSetAt: '2026-01-01T00:00:00Z',
    })
  })

  it('stores nothing when the deciding hook refuses, and shows its message at the field', async () => {
    receiver.answer(hook('registration/password/before'), 400, refusal)
    const [ann, traits] = [visitor(), aPerson()]
    const answer = await register(ann, traits)
    expect([answer.status, messageIds(answer.body)]).toEqual([400, [9_000_003]])
    expect(await identitiesOf(traits.email)).toEqual([])
    expect((await ann.whoami()).status).toBe(401)
    expect(about(hook('registration/password/after'), traits.email)).toEqual([])
  })

  it('stores nothing of who registers by code when the deciding hook refuses', async () => {
    receiver.answer(hook('registration/code/before'), 404, { code: 'route-not-found' })
    const [ann, traits] = [visitor(), aPerson()]
    const flow = await ann.open('registration')
    const first = await ann.submit('registration', { method: 'code', traits }, flow)
    expect(first.status).toBe(400)
    expect(first.body).toMatchObject({ state: 'sent_email' })
    const { code } = await messageTo(traits.email, 'registration_code_valid')
    const second = await ann.submit('registration', { method: 'code', traits, code }, flow)
    expect(second.status).toBeGreaterThanOrEqual(400)
    expect(about(hook('registration/code/before'), traits.email)).toHaveLength(1)
    expect(await identitiesOf(traits.email)).toEqual([])
  })

  it('stores nothing when identity is broken', async () => {
    receiver.answer(hook('registration/password/before'), 503, { code: 'database-down' })
    const traits = aPerson()
    expect((await register(visitor(), traits)).status).toBeGreaterThanOrEqual(400)
    expect(await identitiesOf(traits.email)).toEqual([])
  })

  it.each([
    ['another language', { locale: 'de' }],
    ['a name of blanks', { name: '  ' }],
    ['a name of 201 characters', { name: 'x'.repeat(201) }],
    ['a name with a line break', { name: 'Ann\nBcc: everybody' }],
    ['half a surrogate pair, which would break the hooks', { name: '\ud800' }],
    ['an address of 255 characters', { email: `${'a'.repeat(243)}@example.org` }],
    ['a phone that is not E.164', { phone: '0612345678' }],
    ['a trait that nobody declared', { isAdmin: true }],
  ])('refuses %s before identity is asked', async (_, over) => {
    const mark = crypto.randomUUID()
    expect((await register(new Visitor(kratos.publicUrl, { 'user-agent': mark }), aPerson(over))).status).toBe(400)
    expect(receiver.received.filter(({ text }) => text.includes(mark))).toEqual([])
  })
})

describe('codes', () => {
  it('verifies an address and tells identity', async () => {
    const [ann, traits] = [visitor(), aPerson()]
    const answer = await register(ann, traits)
    const { code } = await messageTo(traits.email)
    const steps = z
      .looseObject({ continue_with: z.array(z.looseObject({ flow: z.looseObject({ id: z.string() }).optional() })) })
      .parse(answer.body)
    const flowId = steps.continue_with.flatMap(({ flow }) => flow?.id ?? [])[0]
    const flow = Flow.parse((await ann.request('GET', `/self-service/verification/flows?id=${flowId}`)).body)
    expect((await ann.submit('verification', { method: 'code', code }, flow)).body).toMatchObject({ state: 'passed_challenge' })
    expect(bodyOf(await told('verification/-/after', traits.email)).traits).toEqual(traits)
    expect(await identitiesOf(traits.email)).toMatchObject([{ verifiable_addresses: [{ verified: true }] }])
    expectNoCookies(ann)
  })

  it('lets a person back in, ends the other sessions and tells identity', async () => {
    const [before, traits] = [visitor(), aPerson()]
    await register(before, traits)
    const after = visitor()
    const flow = await after.open('recovery')
    await after.submit('recovery', { method: 'code', email: traits.email }, flow)
    const message = await messageTo(traits.email, 'recovery_code_valid')
    expect(message).toMatchObject({ template: 'recovery_code_valid', link: null, locale: 'nl', expiresInMinutes: lifespanToldBy(kratos) })
    expect((await after.submit('recovery', { method: 'code', code: message.code }, flow)).body).toMatchObject({
      continue_with: [{ action: 'show_settings_ui' }],
    })
    expect(bodyOf(await told('recovery/-/after', traits.email)).traits).toEqual(traits)
    expect([(await before.whoami()).status, (await after.whoami()).status]).toEqual([401, 200])
    expectNoCookies(after)
    expect((await after.submit('settings', { method: 'password', password: 'new-horse-battery-5' })).status).toBe(200)
    expect((await signIn(visitor(), traits.email, 'new-horse-battery-5')).status).toBe(200)
    expect((await signIn(visitor(), traits.email)).status).toBe(400)
  })

  it('sends nothing to an address that nobody has', async () => {
    const stranger = visitor()
    const traits = aPerson()
    const answer = await stranger.submit('recovery', { method: 'code', email: traits.email })
    expect(answer.body).toMatchObject({ state: 'sent_email' })
    await register(stranger, traits)
    await messageTo(traits.email)
    expect(about('/internal/courier', traits.email).map(({ body }) => CourierMessage.parse(body).template)).toEqual([
      'verification_code_valid',
    ])
  })
})

describe('settings', () => {
  it('asks with old and new traits, and saves nothing that is refused', async () => {
    const [ann, traits] = [visitor(), aPerson()]
    await register(ann, traits)
    const changed = aPerson()
    receiver.answer(hook('settings/profile/before'), 400, refusal)
    const answer = await ann.submit('settings', { method: 'profile', traits: changed })
    expect([answer.status, messageIds(answer.body)]).toEqual([400, [9_000_003]])
    expect(bodyOf(about(hook('settings/profile/before'), changed.email)[0])).toMatchObject({ traits: changed, previousTraits: traits })
    expect([await identitiesOf(traits.email), await identitiesOf(changed.email)]).toMatchObject([[{ traits }], []])
    expect(about(hook('settings/profile/after'), traits.email)).toEqual([])
    expectNoCookies(ann)
  })

  it('tells of a change that was allowed', async () => {
    const [ann, traits] = [visitor(), aPerson()]
    await register(ann, traits)
    expect((await ann.submit('settings', { method: 'profile', traits: { ...traits, locale: 'en' } })).status).toBe(200)
    expect(bodyOf(await told('settings/profile/after', traits.email))).toMatchObject({
      traits: { locale: 'en' },
      previousTraits: { locale: 'nl' },
    })
    expectNoCookies(ann)
  })

  it('ends the other sessions with a new password and keeps what the deciding hook adds', async () => {
    receiver.answer(hook('settings/password/before'), 200, { identity: { metadata_public: { passwordSetAt: '2026-02-02T00:00:00Z' } } })
    const [ann, other, traits] = [visitor(), visitor(), aPerson()]
    await register(ann, traits)
    await signIn(other, traits.email)
    expect((await ann.submit('settings', { method: 'password', password: 'new-horse-battery-6' })).status).toBe(200)
    expect([(await ann.whoami()).status, (await other.whoami()).status]).toEqual([200, 401])
    expect(bodyOf(await told('settings/password/after', traits.email)).metadataPublic).toEqual({ passwordSetAt: '2026-02-02T00:00:00Z' })
    expect((await ann.whoami()).body).toMatchObject({ identity: { metadata_public: { passwordSetAt: '2026-02-02T00:00:00Z' } } })
    expectNoCookies(ann)
  })

  it('does not set a password while identity refuses', async () => {
    const [ann, traits] = [visitor(), aPerson()]
    await register(ann, traits)
    receiver.answer(hook('settings/password/before'), 400, refusal)
    expect((await ann.submit('settings', { method: 'password', password: 'new-horse-battery-7' })).status).toBe(400)
    expect((await signIn(visitor(), traits.email)).status).toBe(200)
  })
})

describe('the courier', () => {
  it('tries again until the message is accepted', async () => {
    const traits = aPerson()
    receiver.answer('/internal/courier', 503, {})
    await register(visitor(), traits)
    await until(() => about('/internal/courier', traits.email).length >= 8, { timeoutMs: 40_000 })
    receiver.answer('/internal/courier', 200, {})
    const refused = about('/internal/courier', traits.email).length
    await until(() => about('/internal/courier', traits.email).length > refused)
    const codes = about('/internal/courier', traits.email).map(({ body }) => CourierMessage.parse(body).code)
    expect(new Set(codes).size).toBe(1)
  }, 60_000)
})

describe('secrets', () => {
  it('keeps sessions, open flows and sign-in when each gets a new first one', async () => {
    const [ann, traits] = [visitor(), aPerson()]
    await register(ann, traits)
    const stranger = visitor()
    const openFlow = await stranger.open('login')
    const { input } = kratos
    const add = (old: string[]) => [crypto.randomUUID().replaceAll('-', ''), ...old]
    const secrets = { default: add(input.secrets.default), cookie: add(input.secrets.cookie), cipher: add(input.secrets.cipher) }
    await kratos.restart({ ...input, secrets })
    const cookieBefore = new Map(ann.cookies)
    expect((await ann.whoami()).status).toBe(200)
    expect(ann.cookies).toEqual(cookieBefore)
    expect(
      (await stranger.submit('login', { method: 'password', identifier: traits.email, password: 'correct-horse-4711' }, openFlow)).status,
    ).toBe(200)
    await kratos.restart({ ...input, secrets: { ...secrets, cookie: secrets.cookie.slice(0, 1), default: secrets.default.slice(0, 1) } })
    // Signed with the new secret, so it outlives the old one; the older cookie does not.
    expect([(await stranger.whoami()).status, (await ann.whoami()).status]).toEqual([200, 401])
    await kratos.restart(input)
  })
})

describe('the configuration', () => {
  it('stops Kratos when it holds a key that the release does not know', async () => {
    const broken = `${kratos.files.kratosConfig}.broken.yml`
    await appendFile(broken, `${await readFile(kratos.files.kratosConfig, 'utf8')}\nno_such_key: true\n`)
    const { env, kratos: commands } = oryCommands({ ...kratos.files, kratosConfig: broken })
    const { code, output } = await runToEnd((await binaries()).kratos, commands.serve, env)
    expect(code).not.toBe(0)
    expect(output).toContain('no_such_key')
  })
})
