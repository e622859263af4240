import { until } from '@app/testing/poll'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { aPerson, codeOf, type Heard, password, Visitor } from './visitor.ts'

let identity: Identity
beforeAll(async () => {
  // What is answered 503 counts as a guess: the faster they come, the sooner there are too many.
  identity = await startIdentity({ limitRules: { account: { count: 1_000, seconds: 300 } } })
})
afterAll(() => identity.close())

/** Prepares everything that can be submitted, so that only the submissions meet the fault. */
async function prepare() {
  const person = aPerson()
  const ann = identity.visitor()
  await ann.register(person)
  const [stranger, newcomer, lost] = [identity.visitor(), identity.visitor(), identity.visitor()]
  const flows = {
    settings: await ann.open('settings'),
    verification: await ann.open('verification'),
    login: await stranger.open('login'),
    registration: await newcomer.open('registration'),
    recovery: await lost.open('recovery'),
  }
  const submissions: Record<string, () => Promise<Heard>> = {
    settings: () => ann.submit('settings', { method: 'profile', traits: { ...person, name: 'Bea' } }, flows.settings),
    password: () => ann.submit('settings', { method: 'password', password: 'another horse battery 8' }, flows.settings),
    verification: () => ann.submit('verification', { method: 'code', code: '123456' }, flows.verification),
    login: () => stranger.submit('login', { method: 'password', identifier: person.email, password }, flows.login),
    registration: () => newcomer.submit('registration', { method: 'password', password, traits: aPerson() }, flows.registration),
    recovery: () => lost.submit('recovery', { method: 'code', email: person.email }, flows.recovery),
    'codes of an app': () => stranger.guard('GET', '/sessions/token-exchange?init_code=a&return_to_code=b'),
    'other sessions': () => ann.guard('DELETE', '/sessions'),
    'one session': () => ann.guard('DELETE', '/sessions/3c3f43a2-4a1b-4c62-9d3e-0a6f1a2b3c4d'),
    logout: () => ann.guard('GET', '/self-service/logout?token=ory_lo_abcdefghijklmnopqrstuvwxyzabcdef'),
    session: () => ann.guard('GET', '/api/v1/session'),
  }
  return { ann, person, submissions }
}

async function expectOutage(submissions: Record<string, () => Promise<Heard>>): Promise<void> {
  const answers = await Promise.all(Object.entries(submissions).map(async ([name, send]) => [name, await send()] as const))
  for (const [name, answer] of answers) {
    expect({ name, status: answer.status, code: codeOf(answer) }).toEqual({ name, status: 503, code: 'identity-service-down' })
    expect(answer.text).not.toMatch(/127\.0\.0\.1|localhost|postgres|SQLSTATE|hooks/i)
  }
}

async function expectRecovery(ann: Visitor, email: string): Promise<void> {
  await until(async () => (await identity.visitor().signIn(email)).status === 200, { timeoutMs: 5_000, everyMs: 200 })
  expect((await ann.guard('GET', '/api/v1/session')).status).toBe(200)
}

describe('an outage is 503 with a sentence, never 401', () => {
  it('when the database of Kratos is stopped', async () => {
    const { ann, person, submissions } = await prepare()
    await identity.kratos.databaseProxy.stop()
    await expectOutage(submissions)
    await identity.kratos.databaseProxy.start()
    await expectRecovery(ann, person.email)
  })

  it('when the database of Kratos is frozen', async () => {
    const { ann, person, submissions } = await prepare()
    identity.kratos.databaseProxy.freeze()
    await expectOutage(submissions)
    identity.kratos.databaseProxy.resume()
    await expectRecovery(ann, person.email)
  })

  it('when Kratos is killed', async () => {
    const { ann, person, submissions } = await prepare()
    await identity.kratos.kill()
    await expectOutage(submissions)
    await identity.kratos.start()
    await expectRecovery(ann, person.email)
  })

  it('and is over although somebody goes on guessing', async () => {
    const { person, submissions } = await prepare()
    const guess = async () => {
      const stranger = identity.visitor()
      const { id, csrf } = await stranger.open('login')
      const body = { csrf_token: csrf, method: 'password', identifier: person.email, password: 'a wrong password' }
      return await stranger.guard('POST', `/self-service/login?flow=${id}`, { body, headers: { 'x-real-ip': '198.51.100.7' } })
    }
    await identity.kratos.kill()
    await expectOutage(submissions)
    await identity.kratos.start()
    // Doubted for 3 s after each failure, and for no longer.
    await until(async () => (await guess()).status === 400, { timeoutMs: 8_000, everyMs: 1_000 })
  })

  it('while backends of Kratos are killed, a live session is never signed out and a good password never wrong', async () => {
    const { ann, person } = await prepare()
    const answers: string[] = []
    const endsAt = performance.now() + 5_000
    const note = ({ status }: Heard, what: string) => answers.push(`${what} ${status}`)
    const keepKilling = async () => {
      while (performance.now() < endsAt) await identity.kratos.killBackends()
    }
    const keepTrying = async () => {
      while (performance.now() < endsAt) {
        note(await ann.submitOnce('settings', { method: 'profile', traits: person }), 'settings')
        note(await identity.visitor().submitOnce('login', { method: 'password', identifier: person.email, password }), 'login')
      }
    }
    await Promise.all([keepKilling(), keepTrying(), keepTrying(), keepTrying()])
    expect(answers.filter((answer) => !/ (200|503)$/.test(answer))).toEqual([])
    await expectRecovery(ann, person.email)
  })
})

describe('an outage of our own database', () => {
  const faults: Record<string, { begin: () => Promise<void> | void; end: () => Promise<void> | void }> = {
    stopped: { begin: () => identity.databaseProxy.stop(), end: () => identity.databaseProxy.start() },
    frozen: { begin: () => identity.databaseProxy.freeze(), end: () => identity.databaseProxy.resume() },
  }

  it.each(Object.entries(faults))('%s: nothing is submitted, nobody registers past it, sessions go on', async (_, { begin, end }) => {
    const { ann, person, submissions } = await prepare()
    const newcomer = aPerson()
    const past = new Visitor(identity.kratos.publicUrl, identity.kratos.publicUrl)
    const flow = await past.open('registration')
    await begin()
    for (const name of ['login', 'settings', 'registration', 'recovery', 'verification']) {
      const answer = await submissions[name]?.()
      expect([name, answer?.status, answer && codeOf(answer)]).toEqual([name, 503, 'database-down'])
    }
    expect((await past.submit('registration', { method: 'password', password, traits: newcomer }, flow)).status).toBe(500)
    expect(await identity.deps.kratos.findIdentity(newcomer.email)).toBeNull()
    expect((await ann.guard('GET', '/api/v1/session')).status).toBe(200)
    await end()
    await expectRecovery(ann, person.email)
  })
})

describe('a deciding hook that cannot decide', () => {
  it('lets nobody in, says so, and lets them in once the database is back', async () => {
    const ann = identity.visitor()
    const person = aPerson()
    const flow = await ann.open('registration')
    await identity.database.owner.db.execute(sql`alter table pending_syncs rename to gone`)
    const answer = await ann.submit('registration', { method: 'password', password, traits: person }, flow)
    await identity.database.owner.db.execute(sql`alter table gone rename to pending_syncs`)
    expect([answer.status, codeOf(answer)]).toEqual([503, 'identity-service-down'])
    expect(answer.text).not.toMatch(/127\.0\.0\.1|hooks|webhook/)
    expect(answer.text).toMatch(/Nothing was saved/)
    expect(await identity.deps.kratos.findIdentity(person.email)).toBeNull()
    expect((await ann.submit('registration', { method: 'password', password, traits: person }, flow)).status).toBe(200)
  })
})

describe('a deciding hook of the settings that cannot decide', () => {
  it('keeps what was there and says so', async () => {
    const { ann, person, submissions } = await prepare()
    await identity.database.owner.db.execute(sql`alter table pending_syncs rename to gone`)
    // Here Kratos answers 400 with an error whose code is 500.
    const answers = [await submissions['settings']?.(), await submissions['password']?.()]
    await identity.database.owner.db.execute(sql`alter table gone rename to pending_syncs`)
    for (const answer of answers) {
      expect([answer?.status, answer && codeOf(answer)]).toEqual([503, 'identity-service-down'])
      expect(answer?.text).toMatch(/Nothing was saved/)
      expect(answer?.text).not.toMatch(/127\.0\.0\.1|hooks/)
    }
    expect((await identity.deps.kratos.findIdentity(person.email))?.traits).toEqual(person)
    expect((await identity.visitor().signIn(person.email)).status).toBe(200)
    expect((await ann.whoami()).status).toBe(200)
  })
})

describe('a telling hook that was lost', () => {
  it('is made up for by the intent of the deciding one', async () => {
    const person = aPerson()
    await identity.database.owner.db.execute(sql`alter table identities rename to gone`)
    expect((await identity.visitor().register(person)).status).toBe(200)
    // Kratos gives up on a telling hook after about three seconds.
    await until(
      async () =>
        (await identity.database.owner.db.execute(sql`select 1 from pending_syncs where kind = 'identity' and attempts > 0`)).length > 0,
    )
    await identity.database.owner.db.execute(sql`alter table gone rename to identities`)
    const id = (await identity.deps.kratos.findIdentity(person.email))?.id ?? ''
    await until(async () => (await identity.events(id)).length > 0, { timeoutMs: 30_000 })
    await until(
      async () =>
        (await identity.database.owner.db.execute(sql`select 1 from pending_syncs where subject in (${person.email}, ${id})`)).length === 0,
      { timeoutMs: 30_000 },
    )
    expect(await identity.events(id)).toHaveLength(1)
  })
})
