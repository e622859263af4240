/** Codes by text message as the extra step, and how many are sent. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { asking, aText, number, roomy, spaced, textsTo, withNumber } from './phone-fixture.ts'
import { aPerson } from './visitor.ts'

describe('with codes as the second factor', () => {
  let identity: Identity
  beforeAll(async () => {
    identity = await startIdentity({ codeMode: 'second-factor', limitRules: { sms: roomy, smsSender: roomy } })
  })
  afterAll(() => identity.close())

  /** Signed in with the password, and asked for the extra step at the number. */
  async function steppingUp() {
    const person = await withNumber(identity)
    const visitor = identity.visitor()
    await visitor.signIn(person.email)
    const flow = visitor.flowIn(await visitor.kratos('/self-service/login/browser?aal=aal2'))
    const asked = await visitor.submit('login', { method: 'code', address: person.phone }, flow)
    expect([asked.status, asked.json]).toMatchObject([400, { state: 'sent_email' }])
    const answer = (code: string) => visitor.submit('login', { method: 'code', address: person.phone, code }, flow)
    return { ...person, answer, code: await aText(identity, person.phone) }
  }

  it('a number brings the code of the extra step', async () => {
    const { answer, code } = await steppingUp()
    expect((await answer(code === '000000' ? '000001' : '000000')).status).toBe(400)
    const passed = await answer(code)
    expect([passed.status, passed.json]).toMatchObject([200, { session: { authenticator_assurance_level: 'aal2' } }])
  })

  it('a removed number does not, not even with a code from before', async () => {
    const { answer, code, visitor } = await steppingUp()
    expect((await visitor.guard('DELETE', '/api/v1/contact/phone')).status).toBe(204)
    expect((await answer(code)).status).toBe(400)
  })

  it('a number alone signs nobody in', async () => {
    const { phone } = await withNumber(identity)
    const { visitor } = await asking(identity, phone)
    expect((await visitor.whoami()).status).toBe(401)
    expect(textsTo(identity, phone)).toEqual([])
  })
})

describe('how many are sent', () => {
  let limited: Identity
  beforeAll(async () => {
    limited = await startIdentity({
      workers: false,
      limitRules: { recipient: { count: 2, seconds: 600 }, smsSender: { count: 5, seconds: 600 } },
    })
  })
  afterAll(() => limited.close())
  const ask = async (identifier: string) => {
    const visitor = limited.visitor()
    return (await visitor.submit('login', { method: 'code', identifier }, await visitor.open('login'))).status
  }

  it('has a limit for one number, over all its spellings, and for one network', async () => {
    const phone = number()
    const spellings = [phone, spaced(phone), `${phone.slice(0, 3)}-${phone.slice(3)}`, `+310${phone.slice(3)}`]
    expect(await Promise.all(spellings.map(ask))).toEqual(expect.arrayContaining([429, 429, 400, 400]))
    expect([await ask(number()), await ask(number()), await ask(number())]).toEqual([400, 400, 400])
    expect(await ask(number())).toBe(429)
    expect(await ask(aPerson().email)).toBe(400)
  })
})

describe('how many are sent over all', () => {
  let identity: Identity
  beforeAll(async () => {
    identity = await startIdentity({ limitRules: { sms: { count: 2, seconds: 600 }, smsSender: roomy } })
  })
  afterAll(() => identity.close())

  it('is not used up by asking for numbers that nobody has', async () => {
    const { phone } = await withNumber(identity)
    for (let nth = 0; nth < 4; nth += 1) expect((await asking(identity, number())).asked.status).toBe(400)
    expect((await asking(identity, phone)).asked.status).toBe(400)
    await aText(identity, phone)
    expect((await asking(identity, number())).asked.status).toBe(429)
    expect((await identity.visitor().submit('recovery', { method: 'code', email: number() })).status).not.toBe(429)
  })
})
