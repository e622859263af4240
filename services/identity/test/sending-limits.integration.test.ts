/** How many messages somebody may have sent, and how attempts are counted. */
import { newId } from '@app/db/id'
import { until } from '@app/testing/poll'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { take } from '../src/limits/counters.ts'
import { createGuardKeys } from '../src/limits/guard-keys.ts'
import { checkSending } from '../src/limits/limit-sending.ts'
import { anyNetwork, households, isRefused, lowLimits, submit, times } from './households.ts'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { aPerson, password } from './visitor.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ workers: false, limitRules: lowLimits })
})
afterAll(() => identity.close())

const { signedUp } = households(() => identity)

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

  it('are no more for somebody with many devices', async () => {
    const rules = { ...identity.deps.limitRules, recipient: { count: 2, seconds: 60 } }
    const deps = { ...identity.deps, guardKeys: createGuardKeys('a third secret of sixteen'), limitRules: rules }
    const send = (to: string) => checkSending(deps, to, `${anyNetwork()}.7`, newId())
    for (let nth = 0; nth < 2; nth += 1) await send('+31612340001')
    await expect(send('+31612340001')).rejects.toMatchObject({ code: 'too-many-attempts' })
    const { email } = aPerson()
    for (let nth = 0; nth < 2; nth += 1) await send(email)
    await expect(send(email)).rejects.toMatchObject({ code: 'too-many-attempts' })
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
