import { newId } from '@app/db/id'
import { until } from '@app/testing/poll'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { take } from '../src/limits/counters.ts'
import { tellFailures } from '../src/limits/failures.ts'
import { createGuardKeys } from '../src/limits/guard-keys.ts'
import { checkSending } from '../src/limits/limit-sending.ts'
import { type Identity, startIdentity, startSecondInstance } from './identity-fixture.ts'
import { aPerson, codeOf, type Heard, messageIds, password, type Visitor } from './visitor.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({
    workers: false,
    limitRules: { range: { count: 30, seconds: 300 }, sender: { count: 30, seconds: 300 } },
  })
})
afterAll(() => identity.close())

let lastNetwork = 0
/** Another /24 each time. */
const anyNetwork = () => {
  lastNetwork += 1
  return `10.${lastNetwork >> 8}.${lastNetwork & 255}`
}

/** A household with a network of its own. */
async function signedUp(): Promise<{ ann: Visitor; email: string; userId: string; network: string }> {
  const ann = identity.visitor()
  const network = anyNetwork()
  const { email, ...rest } = aPerson()
  await submit(ann, 'registration', { method: 'password', password, traits: { email, ...rest } }, `${network}.1`)
  const { userId } = await ann.whoami()
  return { ann, email, userId: userId ?? '', network }
}

async function submit(visitor: Visitor, kind: 'login' | 'recovery' | 'registration', values: object, address: string, through?: string) {
  const { id, csrf } = await visitor.open(kind)
  const sent = { body: { csrf_token: csrf, ...values }, headers: { 'x-real-ip': address } }
  const path = `/self-service/${kind}?flow=${id}`
  return through === undefined ? await visitor.guard('POST', path, sent) : await visitor.elsewhere(through, path, sent)
}

function guess(
  email: string,
  address: string,
  { secret = 'not the password', visitor = identity.visitor(), through = '' } = {},
): Promise<Heard> {
  const values = { method: 'password', identifier: email, password: secret }
  return submit(visitor, 'login', values, address, through === '' ? undefined : through)
}

const isRefused = (heard: Heard) => heard.status === 429
const times = <T>(count: number, one: (index: number) => Promise<T>) => Promise.all(Array.from({ length: count }, (_, index) => one(index)))

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

  it('is HttpOnly, for our own site only, and lasts', async () => {
    const { email, network } = await signedUp()
    const answer = await guess(email, `${network}.1`, { secret: password })
    const lines = answer.headers.getSetCookie().filter((one) => one.startsWith('vst_device='))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/; HttpOnly; SameSite=Lax/)
  })
})

describe('messages to one recipient', () => {
  const recover = (email: string, address = `${anyNetwork()}.7`, visitor = identity.visitor()) =>
    submit(visitor, 'recovery', { method: 'code', email }, address)
  const mailsTo = (email: string) =>
    identity.kratos.receiver.calls.filter(({ body }) => JSON.stringify(body).includes(`"recipient":"${email}"`)).length

  it('stop after five, from however many places, and the same for nobody', async () => {
    const [{ email }, nobody] = [await signedUp(), aPerson().email]
    const known = await times(8, () => recover(email))
    // One went with the registration.
    expect(known.filter(isRefused)).toHaveLength(4)
    expect((await times(8, () => recover(nobody))).filter(isRefused)).toHaveLength(3)
    await until(() => mailsTo(email) === 5)
  })

  it('reach the owner on a known device although others used them up', async () => {
    const { ann, email, network } = await signedUp()
    await times(8, () => recover(email))
    const visitor = identity.visitor()
    visitor.cookies.set('vst_device', ann.cookies.get('vst_device') ?? '')
    expect((await recover(email, `${network}.1`, visitor)).status).toBe(200)
  })

  it('stop from one place, whoever they are for', async () => {
    const answers = await times(33, () => recover(aPerson().email, '203.0.113.5'))
    expect(answers.filter(isRefused)).toHaveLength(3)
  })

  it('do not count what is wrong with a registration', async () => {
    const visitor = identity.visitor()
    const traits = aPerson()
    const register = (secret: string) => submit(visitor, 'registration', { method: 'password', password: secret, traits }, '203.0.114.5')
    for (let round = 0; round < 7; round += 1) expect((await register('short')).status).toBe(400)
    expect((await register(password)).status).toBe(200)
  })

  it('are counted for our own codes as well, telephone numbers in every spelling', async () => {
    const { deps } = identity
    const spellings = ['+31612345678', '+31 6 1234 5678', '0031612345678', '+31-612345678', '+31612345678']
    for (const spelling of spellings) await checkSending(deps, spelling, `${anyNetwork()}.7`)
    await expect(checkSending(deps, '+31612345678', `${anyNetwork()}.7`)).rejects.toMatchObject({ code: 'too-many-attempts' })
    const giveBack = await checkSending(deps, '+31687654321', `${anyNetwork()}.7`)
    await giveBack()
  })

  it('that cost money are limited over all', async () => {
    const deps = {
      ...identity.deps,
      guardKeys: createGuardKeys('another secret of sixteen'),
      limitRules: { ...identity.deps.limitRules, sms: { count: 3, seconds: 60 } },
    }
    for (let nth = 0; nth < 3; nth += 1) await checkSending(deps, `+3161234000${nth}`, `${anyNetwork()}.7`)
    await expect(checkSending(deps, '+31612340009', `${anyNetwork()}.7`)).rejects.toMatchObject({ code: 'too-many-attempts' })
    await checkSending(deps, aPerson().email, `${anyNetwork()}.7`)
    // Whoever signed in before has not lost theirs to strangers.
    await checkSending(deps, '+31612340009', `${anyNetwork()}.7`, newId())
  })

  it('that cost money are counted by the /48 that a network has', async () => {
    const rules = { ...identity.deps.limitRules, smsSender: { count: 3, seconds: 60 } }
    const deps = { ...identity.deps, guardKeys: createGuardKeys('a fourth secret of sixteen'), limitRules: rules }
    const send = (to: string, address: string) => checkSending(deps, to, address)
    for (let nth = 0; nth < 3; nth += 1) await send(`+3161234100${nth}`, `2001:db8:48:${nth}::1`)
    await expect(send('+31612341009', '2001:db8:48:ffff::1')).rejects.toMatchObject({ code: 'too-many-attempts' })
    await send('+31612341009', '2001:db8:49::1')
    await send(aPerson().email, '2001:db8:48:ffff::1')
  })

  it('that cost money are no more for somebody with many devices', async () => {
    const rules = { ...identity.deps.limitRules, recipient: { count: 2, seconds: 60 } }
    const deps = { ...identity.deps, guardKeys: createGuardKeys('a third secret of sixteen'), limitRules: rules }
    const send = (to: string) => checkSending(deps, to, `${anyNetwork()}.7`, newId())
    for (let nth = 0; nth < 2; nth += 1) await send('+31612340001')
    await expect(send('+31612340001')).rejects.toMatchObject({ code: 'too-many-attempts' })
    const { email } = aPerson()
    for (let nth = 0; nth < 3; nth += 1) await send(email)
  })
})

describe('counts', () => {
  const deps = () => identity.deps
  const counter = (seconds: number, name: string) => ({ key: deps().guardKeys.of('test', name), limit: { count: 3, seconds } })

  it('roll: there is room again when the wait that was told is over, and not before', async () => {
    const one = counter(1, 'rolling')
    await times(3, () => take(deps(), [one]))
    const refused = await take(deps(), [one])
    expect(refused).toMatchObject({ granted: false, waitSeconds: expect.toSatisfy((wait: number) => wait === 1 || wait === 2) })
    await until(async () => (await take(deps(), [one])).granted)
  })

  it('are taken for all keys or for none', async () => {
    const [full, free] = [counter(300, 'full'), counter(300, 'free')]
    await times(3, () => take(deps(), [full]))
    await times(5, () => take(deps(), [free, full]))
    expect((await times(3, () => take(deps(), [free]))).every(({ granted }) => granted)).toBe(true)
  })

  it('survive a crowd that takes and gives back in every order', async () => {
    const [a, b] = [
      { ...counter(300, 'a'), limit: { count: 5, seconds: 300 } },
      { ...counter(300, 'b'), limit: { count: 5, seconds: 300 } },
    ]
    let inside = 0
    let most = 0
    await times(60, async (index) => {
      const taking = await take(deps(), index % 2 === 0 ? [a, b] : [b, a])
      if (!taking.granted) return
      inside += 1
      most = Math.max(most, inside)
      await taking.giveBack()
      inside -= 1
    })
    expect(most).toBeLessThanOrEqual(5)
    expect((await times(5, () => take(deps(), [a, b]))).every(({ granted }) => granted)).toBe(true)
    expect((await take(deps(), [a])).granted).toBe(false)
  })
})

describe('what others are told about failures', () => {
  async function toldAbout(subject: string) {
    const { owner } = identity.database
    await owner.db.execute(sql`update sign_in_failures set minute = minute - interval '1 minute'`)
    await tellFailures(identity.deps, new AbortController().signal)
    const rows = await owner.db.execute<{ data: unknown; body: unknown }>(
      sql`select body->'data' as data, body from outbox where subject = ${subject} and type = 'identity.sign-in.failed.v1' order by sequence`,
    )
    return [...rows]
  }

  it('is one event a minute and reason with a count, about the identity, and what the person sees', async () => {
    const { email, userId } = await signedUp()
    const statuses: number[] = []
    for (let nth = 0; nth < 13; nth += 1) statuses.push((await guess(email, `${anyNetwork()}.7`)).status)
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 400), 429, 429, 429])
    const told = await toldAbout(userId)
    expect(told.map(({ data }) => data)).toEqual(
      expect.arrayContaining([
        { reason: 'wrong-password', method: 'password', count: 10 },
        { reason: 'throttled', method: 'password', count: 3 },
      ]),
    )
    expect(told).toHaveLength(2)
    expect(await toldAbout(userId)).toHaveLength(2)
    const [row] = await identity.database.owner.db.execute<{ count: number }>(
      sql`select count(*)::int as count from account_activity where identity_id = ${userId} and kind = 'sign-in-failed'`,
    )
    expect(row?.count).toBe(2)
  })

  it('names nobody where there is no account', async () => {
    const { email } = aPerson()
    await times(3, () => guess(email, `${anyNetwork()}.7`))
    const rows = await identity.database.owner.db.execute<{ subject: string; known: boolean; reason: string; count: number }>(
      sql`select subject, known, reason, count from sign_in_failures where reason = 'unknown' and count = 3`,
    )
    expect(rows).toHaveLength(1)
    const told = await toldAbout(rows[0]?.subject ?? '')
    expect(told.map(({ data }) => data)).toEqual([{ reason: 'unknown', method: 'password', count: 3 }])
    expect(JSON.stringify(told)).not.toContain(email)
    expect(rows[0]?.subject).toMatch(/^.{14}8/)
  })

  it('keeps no identifier anywhere', async () => {
    const { email, network } = await signedUp()
    await guess(email, `${network}.1`)
    await submit(identity.visitor(), 'recovery', { method: 'code', email }, `${network}.1`)
    for (const table of ['guard_counts', 'guard_devices', 'guard_flows', 'sign_in_failures', 'outbox']) {
      const rows = await identity.database.owner.db.execute(sql`select row_to_json(t)::text as row from ${sql.identifier(table)} t`)
      expect(JSON.stringify([...rows])).not.toContain(email)
      expect(JSON.stringify([...rows])).not.toContain(Buffer.from(email).toString('hex'))
    }
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
