import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { newId } from '@app/db/id'
import { guestMerged } from '@app/events/guest-merged'
import { identityChanged } from '@app/events/identity-changed'
import { identityRegistered } from '@app/events/identity-registered'
import { personErased } from '@app/events/person-erased'
import { startConsumers } from '@app/outbox/consumers'
import { type TestBroker, testBroker } from '@app/testing/broker'
import { cellsNaming } from '@app/testing/cells-naming'
import { until } from '@app/testing/poll'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { userConsumers } from '../src/consumers.ts'
import type { ConsumerProcessOptions } from './consumer-process.ts'
import { aCopy, log, type UsersFixture, usersFixture } from './fixture.ts'
import { identitySecret, startIdentity, type TestIdentity } from './identity-server.ts'

let fixture: UsersFixture
let rabbit: TestBroker
let identity: TestIdentity
let running: { stop: () => Promise<unknown> }[] = []

beforeEach(async () => {
  fixture = await usersFixture()
  rabbit = testBroker(log)
  identity = await startIdentity()
  running = []
})
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()))
  await rabbit.drop()
  await identity.close()
  await fixture.drop()
})

function consumeHere() {
  const consumers = userConsumers({ identity: identity.client })
  running.push(startConsumers({ service: 'users', system: fixture.system, broker: rabbit.broker, consumers, log }))
}

/** As identity's relay would: again until a queue has it. */
async function send(
  contract: typeof guestMerged | typeof identityRegistered | typeof identityChanged | typeof personErased,
  subject: string,
  data: object,
) {
  const id = newId()
  const attributes = {
    specversion: '1.0',
    id,
    source: 'identity',
    type: contract.type,
    subject,
    time: new Date().toISOString(),
    version: 1,
  }
  const body = Buffer.from(JSON.stringify(contract.parse({ ...attributes, requestid: 'request-1', data })))
  const publication = { routingKey: contract.type, messageId: id, type: contract.type, body }
  await until(async () => (await rabbit.broker.publisher().publish(publication)) === 'confirmed')
}
/** With something that the guest had set. */
async function mergeGuest(guestId: string, userId: string): Promise<void> {
  await fixture.owner.db.execute(sql`insert into preferences (owner_id, key, value) values (${guestId}, 'colour', '"red"')`)
  await send(guestMerged, guestId, { userId })
  await until(async () => (await fixture.owner.db.execute(sql`select from merged_guests where guest_id = ${guestId}`)).length > 0)
}
const registered = (subject: string) => send(identityRegistered, subject, {})
const changed = (subject: string, change: 'traits' | 'verified' | 'state' | 'deleted') => send(identityChanged, subject, { change })

describe('identity.identity.registered.v1', () => {
  it('makes the user as identity has it now', async () => {
    consumeHere()
    const copy = aCopy({ locale: 'nl', email: 'nu@example.org' })
    identity.put(copy)
    await registered(copy.id)
    expect(await until(() => fixture.row(copy.id))).toMatchObject({ email: 'nu@example.org', locale: 'nl', version: 1 })
    const [event] = await fixture.owner.db.execute<{ body: Record<string, unknown> }>(
      sql`select body from outbox where subject = ${copy.id}`,
    )
    expect(event?.body).toMatchObject({ data: {}, requestid: 'request-1', version: 1 })
    expect(JSON.stringify(event?.body)).not.toContain('example.org')
  })

  it('makes one user when the first request came first', async () => {
    consumeHere()
    const copy = aCopy()
    identity.put(copy)
    await Promise.all([
      registered(copy.id),
      fixture.publicApp.request('/api/v1/users/me', { headers: fixture.signIn(copy) }),
      registered(copy.id),
    ])
    await until(() => fixture.row(copy.id))
    await until(() => identity.state.asked >= 2)
    expect(await fixture.events(copy.id)).toEqual(['users.user.registered.v1'])
  })

  it('makes nobody of an identity that is gone, and no profile of a guest', async () => {
    consumeHere()
    const [gone, guest, person] = [newId(), aCopy(), aCopy()]
    identity.put(guest, 'guest')
    identity.put(person)
    for (const id of [gone, guest.id, person.id]) await registered(id)
    await until(() => fixture.row(person.id))
    expect([await fixture.row(gone), await fixture.row(guest.id)]).toEqual([undefined, undefined])
    expect(await parked()).toBe(0)
  })

  it('waits for identity while it is down, and loses nothing', async () => {
    consumeHere()
    identity.state.down = true
    const copy = aCopy()
    identity.put(copy)
    await registered(copy.id)
    await until(async () => (await parked()) === 1)
    identity.state.down = false
    await until(() => fixture.row(copy.id), { timeoutMs: 15_000 })
    expect(await fixture.events(copy.id)).toEqual(['users.user.registered.v1'])
  })
})

describe('identity.identity.changed.v1', () => {
  it('brings newer data, in whatever order events come', async () => {
    consumeHere()
    const copy = aCopy()
    identity.put({ ...copy, name: 'Newest', state: 'inactive', updatedAt: '2026-11-21T10:00:00Z' })
    await changed(copy.id, 'traits')
    await registered(copy.id)
    await changed(copy.id, 'state')
    expect(await until(() => fixture.row(copy.id))).toMatchObject({ name: 'Newest', state: 'inactive' })
  })

  it('erases a deleted person for good', async () => {
    consumeHere()
    const copy = aCopy()
    await fixture.ensure(copy)
    await changed(copy.id, 'deleted')
    await until(async () => (await fixture.row(copy.id)) === undefined)
    await registered(copy.id)
    await fixture.ensure(copy)
    expect(await fixture.row(copy.id)).toBeUndefined()
  })

  it('does not erase anybody because identity could not find them once', async () => {
    consumeHere()
    const copy = aCopy()
    await fixture.ensure(copy)
    await changed(copy.id, 'traits')
    await until(() => identity.state.asked > 0)
    const other = aCopy()
    identity.put(other)
    await changed(other.id, 'traits')
    await until(() => fixture.row(other.id))
    expect(await fixture.row(copy.id)).toBeDefined()
  })
})

describe('somebody who was invited', () => {
  it('has registered when they have come in, not before, and once', async () => {
    consumeHere()
    const copy = aCopy({ emailVerified: false, awaitsPerson: true })
    identity.put(copy)
    await registered(copy.id)
    await until(() => fixture.row(copy.id))
    await changed(copy.id, 'traits')
    await until(() => identity.state.asked > 1)
    expect(await fixture.events(copy.id)).toEqual([])
    identity.put({ ...copy, emailVerified: true, awaitsPerson: false, updatedAt: '2026-11-21T10:00:00Z' })
    await changed(copy.id, 'verified')
    await changed(copy.id, 'traits')
    await until(async () => (await fixture.events(copy.id)).length > 0)
    await Promise.all([fixture.ensure(copy), fixture.ensure({ ...copy, awaitsPerson: false })])
    expect(await fixture.events(copy.id)).toEqual(['users.user.registered.v1'])
  })
})

describe('identity.person.erased.v1', () => {
  it('removes everything of the person for good, and says so once', async () => {
    consumeHere()
    const copy = aCopy()
    await fixture.ensure(copy)
    const headers = { ...fixture.signIn(copy), 'content-type': 'application/json' }
    const set = await fixture.publicApp.request('/api/v1/preferences/theme', { method: 'PUT', headers, body: '{"value":"dark"}' })
    expect(set.status).toBe(200)
    const [early, late] = [newId(), newId()]
    await mergeGuest(early, copy.id)
    await send(personErased, copy.id, {})
    await until(async () => (await fixture.row(copy.id)) === undefined)
    await fixture.ensure(copy)
    await mergeGuest(late, copy.id)
    expect(await fixture.row(copy.id)).toBeUndefined()
    expect(await cellsNaming(fixture.owner, [copy.id, copy.email ?? ''])).toEqual([
      // So that a late event does not bring them back.
      'erased_users.id',
      // On its way to the others: gone as soon as it is there.
      'outbox.body',
      'outbox.subject',
    ])
    expect((await fixture.events(copy.id)).filter((type) => type === 'users.person.erased.v1')).toHaveLength(1)
  })

  it('is answered for somebody whom nobody knew, too', async () => {
    consumeHere()
    const { id } = aCopy()
    await send(personErased, id, {})
    await until(async () => (await fixture.events(id)).includes('users.person.erased.v1'))
  })
})

describe('a service that is killed again and again', () => {
  it('has every person once, each with one event', async () => {
    const copies = Array.from({ length: 60 }, (_, index) => aCopy({ name: `Person ${index}` }))
    for (const copy of copies) identity.put(copy)
    let child = start()
    running.push({ stop: () => kill(child) })
    for (const [index, { id }] of copies.entries()) {
      await registered(id)
      if (index % 15 === 14) {
        // Somewhere between two steps: after some rows, with more on their way.
        await until(async () => (await rows()) > index / 3, { timeoutMs: 20_000 })
        await kill(child)
        child = start()
      }
    }
    await until(async () => (await rows()) === copies.length, { timeoutMs: 30_000 })
    await kill(child)
    for (const { id } of copies) {
      expect(await fixture.events(id)).toEqual(['users.user.registered.v1'])
    }
  })
})

const rows = async () => Number((await fixture.owner.db.execute<{ n: string }>(sql`select count(*) as n from users`))[0]?.n)
const parked = async () => Number((await fixture.owner.db.execute<{ n: string }>(sql`select count(*) as n from parked_events`))[0]?.n)

function start(): ChildProcess {
  const options: ConsumerProcessOptions = {
    database: { url: fixture.url, role: `${fixture.name}_system`, password: fixture.passwords.system },
    broker: { url: rabbit.url, prefix: rabbit.prefix },
    identity: { baseUrl: identity.baseUrl, secret: identitySecret },
  }
  // Declares the same queues, so that `drop` removes them.
  for (const { name } of userConsumers({ identity: identity.client })) rabbit.broker.keepChannel(name, async () => {})
  const program = fileURLToPath(new URL('./consumer-process.ts', import.meta.url))
  return spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit'] })
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}
