/** A session of one factor of somebody who has two: what a stolen password is worth. */
import { totpCode } from '@app/testing/totp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { aPerson, codeOf, type Heard, password, type Visitor } from './visitor.ts'
import { halfwayIn, openFlow, recoveryCodes, second, someoneWithTotp } from './with-factors.ts'

const wanted = [403, 'second-factor-required']
const asked = (heard: Heard) => [heard.status, codeOf(heard)]
const Standing = z.object({ standing: z.array(z.string()), assuranceLevel: z.string() })
const Recovered = z.object({
  continue_with: z.array(z.object({ action: z.string(), flow: z.object({ id: z.string() }).optional() })),
})
const standing = async (visitor: Visitor) => Standing.parse((await visitor.guard('GET', '/api/v1/session')).json)

describe.each(['passwordless', 'second-factor'] as const)('where mailed codes are %s, a stolen password', (codeMode) => {
  let identity: Identity
  beforeAll(async () => {
    identity = await startIdentity({ workers: false, codeMode })
  })
  afterAll(() => identity.close())

  it('gets nothing from somebody with an app, who steps up and has everything', async () => {
    const { person, secret } = await someoneWithTotp(identity)
    const visitor = await halfwayIn(identity, person.email)
    expect(await standing(visitor)).toEqual({ standing: ['second-factor-required'], assuranceLevel: 'aal1' })
    for (const path of ['/api/v1/security', '/api/v1/sessions', '/api/v1/activity', '/api/v1/impersonations', '/api/v1/leaving'])
      expect(asked(await visitor.guard('GET', path))).toEqual(wanted)
    expect(asked(await visitor.guard('DELETE', '/api/v1/sessions?which=all'))).toEqual(wanted)
    expect((await second(visitor, { method: 'totp', totp_code: totpCode(secret) })).status).toBe(200)
    expect(await standing(visitor)).toEqual({ standing: [], assuranceLevel: 'aal2' })
    expect((await visitor.guard('GET', '/api/v1/security')).status).toBe(200)
  })

  it('does not even learn who it is', async () => {
    const { person, secret, visitor: owner } = await someoneWithTotp(identity)
    const thief = identity.visitor()
    const signedIn = await thief.signIn(person.email)
    expect([signedIn.status, signedIn.json]).toMatchObject([200, { session: { id: expect.any(String) } }])
    const heard = await thief.guard('GET', '/sessions/whoami')
    expect([heard.status, heard.json]).toMatchObject([
      403,
      { error: { id: 'session_aal2_required', code: 403 }, redirect_browser_to: expect.stringContaining('aal=aal2') },
    ])
    for (const { text } of [signedIn, heard]) for (const word of [person.email, person.name]) expect(text).not.toContain(word)
    const settings = await thief.guard('GET', '/self-service/settings/browser')
    expect([settings.status, settings.json]).toMatchObject([403, { error: { id: 'session_aal2_required' } }])
    const page = await thief.guard('GET', '/self-service/settings/browser', { headers: { accept: 'text/html,*/*' } })
    expect([page.status, page.headers.get('location')]).toEqual([303, '/self-service/login/browser?aal=aal2'])
    const own = await owner.guard('GET', '/self-service/settings/browser')
    expect([own.status, own.json]).toMatchObject([200, { ui: { method: 'POST' } }])
    const { id } = z.object({ id: z.uuid() }).parse(own.json)
    expect((await owner.guard('GET', `/self-service/settings/flows?id=${id}`)).text).toContain(person.email)
    expect((await thief.guard('GET', `/self-service/settings/flows?id=${id}`)).text).not.toContain(person.email)
    const passed = await second(thief, { method: 'totp', totp_code: totpCode(secret) })
    expect([passed.status, passed.json]).toMatchObject([200, { session: { identity: { traits: { email: person.email } } } }])
    const known = await owner.guard('GET', '/sessions/whoami')
    expect([known.status, known.json]).toMatchObject([200, { identity: { traits: { email: person.email } } }])
    expect((await identity.visitor().guard('GET', '/sessions/whoami')).status).toBe(401)
  })

  it('changes no way in and ends no session, whatever is sent past the screens', async () => {
    const { person, visitor: owner } = await someoneWithTotp(identity)
    const thief = await halfwayIn(identity, person.email)
    const opened = await thief.kratos('/self-service/settings/browser')
    // Kratos itself asks for the second factor only where a mailed code is not one.
    expect(opened.status).toBe(codeMode === 'passwordless' ? 403 : 200)
    const flow = codeMode === 'passwordless' ? await openFlow(owner, '/self-service/settings/browser') : thief.flowIn(opened)
    const bodies = [
      { method: 'password', password: `${password} of a thief` },
      { method: 'totp', totp_unlink: true },
      { method: 'lookup_secret', lookup_secret_regenerate: true },
      { method: 'profile', traits: { ...person, name: 'Thief' } },
    ]
    for (const body of bodies) expect(asked(await thief.submit('settings', body, flow))).toEqual(wanted)
    const { sessionId } = await owner.whoami()
    expect(asked(await thief.guard('DELETE', '/sessions'))).toEqual(wanted)
    expect(asked(await thief.guard('DELETE', `/sessions/${sessionId}`))).toEqual(wanted)
    expect((await owner.whoami()).status).toBe(200)
    expect((await owner.guard('GET', '/api/v1/security')).json).toMatchObject({ totp: { addedAt: expect.any(String) } })
  })

  it('is worth no more with the mailbox: a recovery code is one factor too', async () => {
    const { userId } = await someoneWithTotp(identity)
    const recovery = await identity.deps.kratos.createRecoveryCode(userId, '5m')
    const thief = identity.visitor()
    const body = { method: 'code', code: recovery?.code }
    const recovered = await thief.guard('POST', `/self-service/recovery?flow=${recovery?.flowId}`, { body })
    expect(recovered.status).toBe(200)
    expect(await standing(thief)).toEqual({ standing: ['second-factor-required'], assuranceLevel: 'aal1' })
    const settings = Recovered.parse(recovered.json).continue_with.find(({ action }) => action === 'show_settings_ui')?.flow
    const change = { method: 'password', password: `${password} of a thief` }
    expect(asked(await thief.submit('settings', change, { id: settings?.id ?? '', csrf: '' }))).toEqual(wanted)
  })

  it('is worth as little when there are recovery codes only', async () => {
    const person = aPerson()
    const owner = identity.visitor()
    await owner.register(person)
    const [code = ''] = await recoveryCodes(owner)
    expect(await standing(owner)).toEqual({ standing: [], assuranceLevel: 'aal2' })
    const thief = await halfwayIn(identity, person.email)
    expect((await standing(thief)).standing).toEqual(['second-factor-required'])
    expect((await second(thief, { method: 'lookup_secret', lookup_secret: code })).status).toBe(200)
    expect((await standing(thief)).standing).toEqual([])
  })
})

describe('setting up a second factor', () => {
  let identity: Identity
  beforeAll(async () => {
    identity = await startIdentity({ workers: false })
  })
  afterAll(() => identity.close())

  it('raises the session that does it, so that nobody is asked in the middle; others are asked', async () => {
    const person = aPerson()
    const visitor = identity.visitor()
    await visitor.register(person)
    const elsewhere = await halfwayIn(identity, person.email)
    const flow = await openFlow(visitor, '/self-service/settings/browser')
    const secret = flow.textOf('totp_secret_key')?.text ?? ''
    expect((await visitor.submit('settings', { method: 'totp', totp_code: totpCode(secret) }, flow)).status).toBe(200)
    expect(await standing(visitor)).toEqual({ standing: [], assuranceLevel: 'aal2' })
    expect(await recoveryCodes(visitor)).toHaveLength(12)
    expect((await standing(visitor)).standing).toEqual([])
    expect([401, 403]).toContain((await elsewhere.guard('GET', '/api/v1/security')).status)
  })

  it('asks for nothing any more once it is gone', async () => {
    const { person, visitor } = await someoneWithTotp(identity)
    expect((await visitor.submit('settings', { method: 'totp', totp_unlink: true })).status).toBe(200)
    expect((await standing(await halfwayIn(identity, person.email))).standing).toEqual([])
  })

  it('asks nothing of somebody without one', async () => {
    const visitor = identity.visitor()
    await visitor.register(aPerson())
    expect(await standing(visitor)).toEqual({ standing: [], assuranceLevel: 'aal1' })
  })
})
