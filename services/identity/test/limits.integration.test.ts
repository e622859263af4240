/** How often somebody may guess: at one account, from one place, on a device that is known. */
import { totpCode } from '@app/testing/totp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyNetwork, households, isRefused, lowLimits, submit, times } from './households.ts'
import { type Identity, startIdentity, startSecondInstance } from './identity-fixture.ts'
import { aPerson, codeOf, messageIds, password, type Visitor } from './visitor.ts'
import { halfwayIn, second, someoneWithTotp } from './with-factors.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ workers: false, limitRules: lowLimits })
})
afterAll(() => identity.close())

const { signedUp, guess } = households(() => identity)

describe('guesses at one account', () => {
  it('stop after ten, from however many places and at the same time, and the right password is not looked at', async () => {
    const { email } = await signedUp()
    const answers = await times(14, () => guess(email, `${anyNetwork()}.7`))
    expect(answers.filter(isRefused)).toHaveLength(4)
    const answer = await guess(email, `${anyNetwork()}.7`, { secret: password })
    expect([answer.status, codeOf(answer)]).toEqual([429, 'too-many-attempts'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(200)
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(330)
  })

  it('are counted together, however the account is spelled', async () => {
    const { email } = await signedUp()
    const spellings = [email, email.toUpperCase(), ` ${email} `, email.replace('@', '\u200b@'), email.replace('ann', 'ａｎｎ')]
    const answers = await times(12, (index) => guess(spellings[index % spellings.length] ?? '', `${anyNetwork()}.7`))
    expect(answers.filter(isRefused)).toHaveLength(2)
  })

  it("count under Kratos' old name of the field as well", async () => {
    const { email } = await signedUp()
    await times(10, () => guess(email, `${anyNetwork()}.7`))
    const values = { method: 'password', password_identifier: email, password }
    expect((await submit(identity.visitor(), 'login', values, `${anyNetwork()}.7`)).status).not.toBe(200)
    expect((await submit(identity.visitor(), 'login', { ...values, identifier: '' }, `${anyNetwork()}.7`)).status).not.toBe(200)
  })

  it('do not count when they are right', async () => {
    const { email, network } = await signedUp()
    for (let round = 0; round < 12; round += 1) expect((await guess(email, `${network}.1`, { secret: password })).status).toBe(200)
  })

  it('are counted by all instances together, and after a restart', async () => {
    const { email } = await signedUp()
    const second = await startSecondInstance(identity)
    const answers = await times(14, (index) => guess(email, `${anyNetwork()}.7`, index % 2 === 0 ? { through: second.url } : {}))
    expect(answers.filter(isRefused)).toHaveLength(4)
    await second.close()
    const third = await startSecondInstance(identity)
    expect(isRefused(await guess(email, `${anyNetwork()}.7`, { through: third.url, secret: password }))).toBe(true)
    await third.close()
  })

  it('take a huge identifier, and one that is no text', async () => {
    const huge = await guess('x'.repeat(50_000), `${anyNetwork()}.7`)
    expect([huge.status, codeOf(huge)]).toEqual([400, 'invalid-request'])
    expect((await guess(aPerson().email, `${anyNetwork()}.7`)).status).toBe(400)
    const odd = { method: 'password', identifier: { $ne: '' }, password }
    const answers = await times(12, () => submit(identity.visitor(), 'login', odd, `${anyNetwork()}.7`))
    expect(answers.filter(isRefused)).toHaveLength(2)
  })
})

describe('guesses from one place', () => {
  it.each([
    ['a /24', (index: number) => `198.51.100.${index}`],
    ['a /64', (index: number) => `2001:db8:7::${index.toString(16)}:1`],
    ['a /24 spelled as IPv6', (index: number) => (index % 2 === 0 ? `::ffff:198.51.101.${index}` : `198.51.101.${index}`)],
  ])('stop at many accounts of %s', async (_, addressOf) => {
    const answers = await times(34, (index) => guess(aPerson().email, addressOf(index + 1)))
    expect(answers.filter(isRefused)).toHaveLength(4)
    const { email, network } = await signedUp()
    expect(isRefused(await guess(email, addressOf(99), { secret: password }))).toBe(true)
    expect((await guess(email, `${network}.1`, { secret: password })).status).toBe(200)
  })

  it('are counted where nginx saw them, whatever else they say', async () => {
    const visitor = identity.visitor()
    const spoofed = (index: number) => ({
      'x-real-ip': '192.0.2.1',
      'x-forwarded-for': `10.200.${index}.1`,
      'cf-connecting-ip': `10.201.${index}.1`,
      forwarded: `for=10.202.${index}.1`,
    })
    const answers = await times(32, async (index) => {
      const { id, csrf } = await visitor.open('login')
      const body = { csrf_token: csrf, method: 'password', identifier: aPerson().email, password }
      return await visitor.guard('POST', `/self-service/login?flow=${id}`, { body, headers: spoofed(index) })
    })
    expect(answers.filter(isRefused)).toHaveLength(2)
  })
})

describe('a device that signed in before', () => {
  async function known() {
    const owner = await signedUp()
    const visitor = identity.visitor()
    expect((await guess(owner.email, `${owner.network}.1`, { secret: password, visitor })).status).toBe(200)
    const device = visitor.cookies.get('vst_device') ?? ''
    expect(device).toMatch(/^[A-Za-z0-9_-]{43}$/)
    return { ...owner, device }
  }

  function from(device: string): Visitor {
    const visitor = identity.visitor()
    visitor.cookies.set('vst_device', device)
    return visitor
  }

  it('signs in while the account, its network and everything else are under attack', async () => {
    const { email, network, device } = await known()
    await times(12, () => guess(email, `${network}.9`))
    await times(30, () => guess(aPerson().email, `${network}.9`))
    expect(isRefused(await guess(email, `${network}.1`, { secret: password }))).toBe(true)
    const answer = await guess(email, `${network}.1`, { secret: password, visitor: from(device) })
    expect(answer.status).toBe(200)
  })

  it('has an allowance of its own and no more when it is stolen', async () => {
    const { email, device } = await known()
    const answers = await times(13, () => guess(email, `${anyNetwork()}.7`, { visitor: from(device) }))
    expect(answers.filter(isRefused)).toHaveLength(3)
  })

  it('is unknown at other accounts, and when it was made up', async () => {
    const [{ email }, { device }] = [await signedUp(), await known()]
    await times(10, () => guess(email, `${anyNetwork()}.7`))
    for (const cookie of [device, 'A'.repeat(43), 'x', ''])
      expect(isRefused(await guess(email, `${anyNetwork()}.7`, { secret: password, visitor: from(cookie) }))).toBe(true)
  })

  it('is known no more once the password was changed on another one, which is', async () => {
    const { ann, email, device } = await known()
    const secret = `${password} anew`
    expect((await ann.submit('settings', { method: 'password', password: secret })).status).toBe(200)
    await times(10, () => guess(email, `${anyNetwork()}.7`))
    expect(isRefused(await guess(email, `${anyNetwork()}.7`, { secret, visitor: from(device) }))).toBe(true)
    const own = ann.cookies.get('vst_device') ?? ''
    expect((await guess(email, `${anyNetwork()}.7`, { secret, visitor: from(own) })).status).toBe(200)
  })

  it('has no allowance at the second factor before it showed one: a thief may give it any number of names', async () => {
    const { person, secret } = await someoneWithTotp(identity)
    const wrong = (visitor: Visitor) => second(visitor, { method: 'totp', totp_code: '000000' })
    const answers = []
    for (let names = 0; names < 3; names += 1) {
      const thief = from(`${names}`.repeat(43))
      await thief.signIn(person.email)
      for (let guesses = 0; guesses < 4; guesses += 1) answers.push(await wrong(thief))
    }
    expect(answers.filter(isRefused)).toHaveLength(2)
    const owner = await halfwayIn(identity, person.email)
    expect(isRefused(await second(owner, { method: 'totp', totp_code: totpCode(secret) }))).toBe(true)
  })

  it('has one there once it has', async () => {
    const { person, secret } = await someoneWithTotp(identity)
    const owner = await halfwayIn(identity, person.email)
    expect((await second(owner, { method: 'totp', totp_code: totpCode(secret) })).status).toBe(200)
    const thief = await halfwayIn(identity, person.email)
    for (let guesses = 0; guesses < 11; guesses += 1) await second(thief, { method: 'totp', totp_code: '000000' })
    const later = from(owner.cookies.get('vst_device') ?? '')
    await later.signIn(person.email)
    expect((await second(later, { method: 'totp', totp_code: totpCode(secret, 1) })).status).toBe(200)
  })

  it('is HttpOnly, for our own site only, and lasts', async () => {
    const { email, network } = await signedUp()
    const answer = await guess(email, `${network}.1`, { secret: password })
    const lines = answer.headers.getSetCookie().filter((one) => one.startsWith('vst_device='))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/; HttpOnly; SameSite=Lax/)
  })
})

it('relays a wrong password as Kratos says it, at the deadline and not before', async () => {
  const held = await startSecondInstance(identity, { answerDeadlineMs: 700 })
  const startedAt = performance.now()
  const answer = await guess(aPerson().email, `${anyNetwork()}.7`, { through: held.url })
  expect([answer.status, messageIds(answer)]).toEqual([400, { '': [4_000_006] }])
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(700)
  await held.close()
})
