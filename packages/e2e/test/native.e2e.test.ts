/** Everything a native app does with sessions, through nginx and without a cookie: docs/guides/native-apps.md. */
import { ProblemDocument } from '@app/contracts/problem'
import { testServers } from '@app/testing/servers'
import { totpCode } from '@app/testing/totp'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type ApiPerson, call, freshEmail, register } from '../src/api-person.ts'
import { waitForCode } from '../src/mailbox.ts'
import { NativeClient } from '../src/native-client.ts'
import { words } from '../src/words.ts'

const Session = z.object({ userId: z.string(), assuranceLevel: z.string(), since: z.string() })
const SignedIn = z.object({ session_token: z.string() })
const Attributes = z.object({ id: z.string().optional(), text: z.object({ text: z.string() }).optional() })
const SettingsFlow = z.object({ id: z.string(), ui: z.object({ nodes: z.array(z.object({ attributes: Attributes })) }) })

let client: NativeClient
let person: ApiPerson
beforeAll(async () => {
  client = new NativeClient(testServers().publicUrl)
  person = await register(testServers().publicUrl, 'native')
})

const session = async (token: string) => await client.ask('GET', '/api/v1/session', { token })

describe('a native app', () => {
  it('proves an address with the code from a mail, registers, and is signed in with a proven address', async () => {
    const email = freshEmail('native-new')
    const started = await client.ask('POST', '/api/v1/registrations', { body: { email, locale: 'en' } })
    const { id, secret } = z.object({ id: z.string(), secret: z.string() }).parse(started.json)
    const code = await waitForCode(testServers().mailUrl, email, words.verification)
    const shown = await client.ask('POST', `/api/v1/registrations/${id}/code`, { body: { secret, code } })
    const { proof } = z.object({ proof: z.string() }).parse(shown.json)
    const body = { method: 'password', traits: { email, name: 'Nia Native', locale: 'en' }, password: 'an app that opens 7' }
    const unproven = await client.submit('registration', await client.open('registration'), body)
    expect([unproven.status, unproven.json]).toMatchObject([403, { code: 'registration-proof-required' }])
    const answer = await client.submit('registration', await client.open('registration'), { ...body, registration_proof: proof })
    const { session_token: token } = SignedIn.parse(answer.json)
    expect((await session(token)).json).toMatchObject({ email, emailVerified: true })
  })

  it('has a token that every service takes', async () => {
    expect(Session.parse((await session(person.token)).json)).toMatchObject({ userId: person.userId, assuranceLevel: 'aal1' })
    expect((await client.ask('GET', '/api/v1/users/me', { token: person.token })).status).toBe(200)
  })

  it('signs in with a password, is told when it is wrong, and signs out for good', async () => {
    const token = await client.signIn(person.email, person.password)
    const wrong = await client.submit('login', await client.open('login'), {
      method: 'password',
      identifier: person.email,
      password: 'quite another 81',
    })
    expect(wrong.status).toBe(400)
    expect((await client.signOut(token)).status).toBe(204)
    expect((await session(token)).status).toBe(401)
  })

  it('signs in with a code from a mail', async () => {
    const flow = await client.open('login')
    const asked = await client.submit('login', flow, { method: 'code', identifier: person.email })
    // Kratos answers 400 with the flow that now waits for the code.
    expect([asked.status, z.object({ state: z.string() }).parse(asked.json).state]).toEqual([400, 'sent_email'])
    const code = await waitForCode(testServers().mailUrl, person.email, /sign-in code/i)
    const answer = await client.submit('login', flow, { method: 'code', identifier: person.email, code })
    const { session_token: token } = SignedIn.parse(answer.json)
    expect((await session(token)).status).toBe(200)
  })

  it('confirms who it is before something sensitive', async () => {
    const before = Session.parse((await session(person.token)).json).since
    const flow = await client.open('login', { token: person.token, refresh: true })
    const body = { method: 'password', identifier: person.email, password: person.password }
    expect((await client.submit('login', flow, body, person.token)).status).toBe(200)
    expect(Date.parse(Session.parse((await session(person.token)).json).since)).toBeGreaterThan(Date.parse(before))
  })

  it('sets up an authenticator app and steps up to two factors with it', async () => {
    const fresh = await client.signIn(person.email, person.password)
    const opened = await client.ask('GET', '/self-service/settings/api', { token: fresh })
    const { id, ui } = SettingsFlow.parse(opened.json)
    const secret = ui.nodes.find(({ attributes }) => attributes.id === 'totp_secret_key')?.attributes.text?.text ?? ''
    const set = await client.submit('settings', id, { method: 'totp', totp_code: totpCode(secret, -1) }, fresh)
    expect(set.status).toBe(200)
    // The session in which it was set up counts as one of two factors.
    expect(Session.parse((await session(fresh)).json).assuranceLevel).toBe('aal2')
    const token = await client.signIn(person.email, person.password)
    expect(Session.parse((await session(token)).json).assuranceLevel).toBe('aal1')
    const refused = await client.ask('GET', '/api/v1/users/me', { token })
    expect([refused.status, ProblemDocument.parse(refused.json).code]).toEqual([403, 'second-factor-required'])
    const flow = await client.open('login', { token, aal: 'aal2' })
    const stepped = await client.submit('login', flow, { method: 'totp', totp_code: totpCode(secret) }, token)
    expect(stepped.status).toBe(200)
    expect(Session.parse((await session(token)).json).assuranceLevel).toBe('aal2')
    expect((await client.ask('GET', '/api/v1/users/me', { token })).status).toBe(200)
  })

  it('starts as a guest and brings along what the guest made', async () => {
    const guest = await client.ask('POST', '/api/v1/guests', { body: { keptAs: 'token' } })
    const { sessionToken } = z.object({ sessionToken: z.string() }).parse(guest.json)
    const kept = await client.ask('PUT', '/api/v1/preferences/app.theme', { token: sessionToken, body: { value: 'dark' } })
    expect(kept.status).toBe(200)
    const { email, password } = await register(testServers().publicUrl, 'native-guest')
    const token = await client.signIn(email, password)
    const merged = await client.ask('POST', '/api/v1/guests/merge', { token, body: { guestToken: sessionToken } })
    expect(merged.json).toEqual({ merged: true })
    expect((await session(sessionToken)).status).toBe(401)
  })

  it('is nobody with a made-up token, whatever cookie comes with it', async () => {
    const answer = await call(testServers().publicUrl, 'GET', '/api/v1/session', {
      token: 'ory_st_0123456789abcdef0123456789abcdef',
      headers: { cookie: `vst_guest=${person.token}` },
    })
    expect(answer.status).toBe(401)
  })
})
