/** Signing in with a code by text message, from a number that was proven, and only while it is the person's. */
import { newId } from '@app/db/id'
import { until } from '@app/testing/poll'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { addTextProof, isByTextAlone } from '../src/sessions/text-proofs.ts'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { codeFor } from './outgoing.ts'
import { asking, aText, number, prove, roomy, Started, signedUp, spaced, textsTo, withNumber } from './phone-fixture.ts'
import { aPerson, codeOf, messageIds, password } from './visitor.ts'

const Mailed = z.object({ template: z.literal('login_code_valid'), recipient: z.string(), code: z.string() })
const mailedTo = (email: string) =>
  identity.kratos.receiver.calls.map(({ body }) => Mailed.safeParse(body).data).findLast((mail) => mail?.recipient === email)?.code

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ codeMode: 'passwordless', limitRules: { sms: roomy, smsSender: roomy } })
})
afterAll(() => identity.close())

describe('with codes as the way in', () => {
  it('a proven number signs in, however it is spelled', async () => {
    const { phone, userId } = await withNumber(identity)
    const { visitor, asked, answer } = await asking(identity, spaced(phone))
    expect([asked.status, messageIds(asked)]).toEqual([400, { '': [1_010_014] }])
    expect((await answer(await aText(identity, phone))).status).toBe(200)
    expect((await visitor.whoami()).userId).toBe(userId)
    expect(textsTo(identity, phone)).toHaveLength(1)
  })

  it('the code goes to the number alone, and by mail when the address was given', async () => {
    const { phone, email } = await withNumber(identity)
    await asking(identity, phone)
    await aText(identity, phone)
    await asking(identity, email)
    const recipients = () =>
      identity.kratos.receiver.calls.flatMap(({ body }) => {
        const { template, recipient } = z
          .object({ template: z.string(), recipient: z.string() })
          .parse({ template: '', recipient: '', ...Object(body) })
        return template === 'login_code_valid' && [phone, email].includes(recipient) ? [recipient] : []
      })
    await until(() => recipients().includes(email))
    expect(recipients()).toEqual([phone, email])
  })

  it('an app signs in with a number too', async () => {
    const { phone } = await withNumber(identity)
    const app = identity.visitor()
    const { id } = z.object({ id: z.string() }).parse((await app.kratos('/self-service/login/api')).json)
    const submit = (body: Record<string, unknown>) =>
      app.guard('POST', `/self-service/login?flow=${id}`, { body: { method: 'code', ...body } })
    expect((await submit({ identifier: phone })).status).toBe(400)
    const signedIn = await submit({ identifier: phone, code: await aText(identity, phone) })
    expect([signedIn.status, signedIn.json]).toMatchObject([200, { session_token: expect.any(String) }])
  })

  it('a password does not go with a number', async () => {
    const { phone } = await withNumber(identity)
    const known = await identity.visitor().submit('login', { method: 'password', identifier: phone, password })
    const unknown = await identity.visitor().submit('login', { method: 'password', identifier: number(), password })
    expect([known.status, messageIds(known)]).toEqual([400, { '': [4_000_006] }])
    expect([unknown.status, messageIds(unknown)]).toEqual([known.status, messageIds(known)])
  })

  it('an unknown number is answered as a known one', async () => {
    const { phone } = await withNumber(identity)
    const shown = []
    for (const one of [phone, number()]) {
      const { visitor, flow, asked, answer } = await asking(identity, one)
      const wrong = await answer('000000')
      const read = await visitor.guard('GET', `/self-service/login/flows?id=${flow.id}`)
      shown.push(
        [asked, wrong, read].map(({ status, text }) => [
          status,
          text
            .replaceAll(one, 'NUMBER')
            .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
            .replace(/\d{4}-\d\d-\d\dT[0-9:.]+Z/g, 'TIME')
            .replace(/"name":"csrf_token","type":"hidden","value":"[^"]*"/g, 'CSRF'),
        ]),
      )
    }
    expect(shown[1]).toEqual(shown[0])
  })

  it('a number that was asked for and never proven signs nobody in', async () => {
    const { visitor } = await signedUp(identity)
    const phone = number()
    await visitor.guard('POST', '/api/v1/contact/phone', { body: { phone } })
    const { answer } = await asking(identity, phone)
    expect((await answer(await codeFor(identity, phone))).status).toBe(400)
    expect(textsTo(identity, phone)).toEqual([])
  })

  it('cannot be brought along by a registration or the settings form', async () => {
    const phone = number()
    const registered = await identity.visitor().register({ ...aPerson(), phone })
    expect(registered.status).toBe(400)
    const { visitor, email } = await signedUp(identity)
    const traits = { ...aPerson({ email }), phone }
    expect((await visitor.submit('settings', { method: 'profile', traits })).status).toBe(400)
    expect(await identity.deps.kratos.findIdentity(phone)).toBeNull()
  })

  it('a removed number signs nobody in, not even with a code from before', async () => {
    const { visitor: owner, phone, email } = await withNumber(identity)
    const thief = await asking(identity, phone)
    const code = await aText(identity, phone)
    expect((await owner.guard('DELETE', '/api/v1/contact/phone')).status).toBe(204)
    const tried = [await thief.answer(code), await thief.answer(code, email)]
    expect(tried.map(({ status }) => status)).toEqual([400, 400])
    expect((await thief.visitor.whoami()).userId).toBeNull()
    const later = await asking(identity, phone)
    expect(messageIds(later.asked)).toEqual({ '': [1_010_014] })
    expect((await later.answer(code)).status).toBe(400)
    expect(textsTo(identity, phone)).toHaveLength(1)
  })

  it('is not kept alive by asking for another code in between', async () => {
    const { visitor: owner, phone, email } = await withNumber(identity)
    const thief = await asking(identity, phone)
    const code = await aText(identity, phone)
    await owner.guard('DELETE', '/api/v1/contact/phone')
    await thief.visitor.submit('login', { method: 'code', identifier: aPerson().email }, thief.flow)
    await thief.visitor.submit('login', { method: 'code', identifier: email }, thief.flow)
    await thief.visitor.submit('login', { method: 'code', identifier: aPerson().email, resend: 'code' }, thief.flow)
    expect((await thief.answer(code, email)).status).toBe(400)
    expect((await thief.visitor.whoami()).userId).toBeNull()
  })

  it('that was mistyped does not stand in the way of the address that is typed next', async () => {
    const [other, person] = [await withNumber(identity), await signedUp(identity)]
    const { flow, visitor } = await asking(identity, other.phone)
    await aText(identity, other.phone)
    await visitor.submit('login', { method: 'code', identifier: person.email, resend: 'code' }, flow)
    const code = await until(() => mailedTo(person.email))
    expect((await visitor.submit('login', { method: 'code', identifier: person.email, code }, flow)).status).toBe(200)
    expect((await visitor.whoami()).userId).toBe(person.userId)
  })

  it('is not enough to change how the account is opened, until something else is shown', async () => {
    const { phone, email } = await withNumber(identity)
    const { visitor, answer } = await asking(identity, phone)
    expect((await answer(await aText(identity, phone))).status).toBe(200)
    const tries = async () => [
      codeOf(await visitor.guard('POST', '/api/v1/contact/email', { body: { email: aPerson().email } })) ?? 202,
      codeOf(await visitor.guard('POST', '/api/v1/contact/phone', { body: { phone: number() } })) ?? 202,
      messageIds(await visitor.submit('settings', { method: 'password', password: 'another horse battery 8' }))['password'] ?? 200,
      messageIds(await visitor.submit('settings', { method: 'lookup_secret', lookup_secret_regenerate: true }))[''] ?? 200,
    ]
    expect(await tries()).toEqual(['text-message-not-enough', 'text-message-not-enough', [9_000_014], [9_000_014]])
    expect((await visitor.submit('settings', { method: 'profile', traits: aPerson({ email, phone }) })).status).toBe(200)
    const again = visitor.flowIn(await visitor.kratos('/self-service/login/browser?refresh=true'))
    await visitor.submit('login', { method: 'code', identifier: email }, again)
    const code = await until(() => mailedTo(email))
    expect((await visitor.submit('login', { method: 'code', identifier: email, code }, again)).status).toBe(200)
    expect(await tries()).toEqual([202, 202, 200, 200])
  })

  it('is not enough either in the moment in which it stops being fresh', async () => {
    const { phone, email } = await withNumber(identity)
    const { visitor, answer } = await asking(identity, phone)
    expect((await answer(await aText(identity, phone))).status).toBe(200)
    const change = () => visitor.submit('settings', { method: 'password', password: 'another horse battery 8' })
    const { standing } = identity.deps
    const { clock } = standing
    // Kratos' clock is behind.
    Object.assign(standing, { clock: () => new Date(Date.now() + 15 * 60_000) })
    try {
      const refused = await change()
      expect([refused.status, codeOf(refused)]).toEqual([403, 'fresh-sign-in-required'])
    } finally {
      Object.assign(standing, { clock })
    }
    const again = visitor.flowIn(await visitor.kratos('/self-service/login/browser?refresh=true'))
    expect((await visitor.submit('login', { method: 'password', identifier: email, password }, again)).status).toBe(200)
    expect((await change()).status).toBe(200)
  })

  it('does not make an older sign-in fresh for that either', async () => {
    const { deps } = identity
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)
    const [id, text] = [newId(), ago(1)]
    await addTextProof(deps, id, text)
    const after = (method: string, minutes: number) =>
      isByTextAlone(deps, {
        id,
        methods: [
          { method, at: ago(minutes).toISOString() },
          { method: 'code', at: text.toISOString() },
        ],
      })
    expect([await after('password', 20), await after('password', 5)]).toEqual([true, false])
    expect([await after('code', 20), await after('code', 5)]).toEqual([true, false])
  })

  it('is judged alone when it was the last sign-in, however long ago, and not when it was not', async () => {
    const { deps } = identity
    const at = (minutes: number) => new Date(Date.now() - minutes * 60_000)
    const [id, text] = [newId(), at(16)]
    await addTextProof(deps, id, text)
    const shown = { method: 'code', at: text.toISOString() }
    const judge = (...methods: { method: string; at: string }[]) => isByTextAlone(deps, { id, methods })
    expect(await judge(shown)).toBe(true)
    expect(await judge({ method: 'password', at: at(60).toISOString() }, shown)).toBe(true)
    expect(await judge(shown, { method: 'password', at: at(15.5).toISOString() })).toBe(false)
    expect(await judge()).toBe(false)
  })

  it('signs in who has proven it last, and the other is told', async () => {
    const before = await withNumber(identity)
    const thief = await asking(identity, before.phone)
    const old = await aText(identity, before.phone)
    const after = await signedUp(identity)
    expect((await prove(identity, after.visitor, before.phone)).json).toMatchObject({ phone: before.phone })
    expect((await thief.answer(old)).status).toBe(400)
    const { visitor, answer } = await asking(identity, before.phone)
    expect((await answer(await aText(identity, before.phone, 1))).status).toBe(200)
    expect((await visitor.whoami()).userId).toBe(after.userId)
    expect((await before.visitor.guard('GET', '/api/v1/contact')).json).toMatchObject({ phone: null })
    const told = (await identity.events(before.userId)).filter(({ type }) => type === 'identity.contact.changed.v1')
    expect(told).toHaveLength(2)
    expect((await identity.visitor().signIn(before.email)).status).toBe(200)
  })

  it('tells the one before also when the process was killed on the way', async () => {
    const before = await withNumber(identity)
    const after = await signedUp(identity)
    const { id } = Started.parse((await after.visitor.guard('POST', '/api/v1/contact/phone', { body: { phone: before.phone } })).json)
    await identity.deps.kratos.patchContact(before.userId, [{ op: 'remove', path: '/traits/phone' }])
    await identity.database.owner.db.execute(
      sql`update contact_proofs set proven_at = now() - interval '1 minute', replaces = '', taken_from = ${before.userId} where id = ${id}`,
    )
    await until(async () => (await identity.deps.kratos.findIdentity(before.phone))?.id === after.userId, { timeoutMs: 30_000 })
    await until(
      async () => (await identity.events(before.userId)).filter(({ type }) => type === 'identity.contact.changed.v1').length === 2,
    )
  }, 45_000)

  it('is refused at the end when it is no number to Kratos', async () => {
    const { visitor } = await signedUp(identity)
    const heard = await prove(identity, visitor, '+3199999999999')
    expect([heard.status, codeOf(heard)]).toEqual([422, 'phone-not-accepted'])
  })

  it.each([
    ['of a country without messages', (phone: string) => phone.replace('+31', '+49')],
    ['inside of something else', (phone: string) => `a${phone}`],
    ['with an extension', (phone: string) => `${phone};ext=5`],
    ['as a tel: address', (phone: string) => `tel:${phone}`],
    ['as the beginning of an address', (phone: string) => `${phone}/x@example.org`],
    ['inside of an address', (phone: string) => `a${phone}/x1@example.org`],
  ])('sends nothing to a number %s', async (_, spell) => {
    const { phone } = await withNumber(identity)
    const { asked } = await asking(identity, spell(phone))
    expect([asked.status, messageIds(asked)]).toEqual([400, { '': [1_010_014] }])
    await asking(identity, phone)
    await aText(identity, phone)
    expect(textsTo(identity, phone)).toHaveLength(1)
  })
})
