import { newId } from '@app/db/id'
import { until } from '@app/testing/poll'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { connectBroker } from '../src/broker.ts'
import { type Consumer, consume, project } from '../src/consume.ts'
import { startConsumers } from '../src/consumers.ts'
import { enqueue } from '../src/enqueue.ts'
import { startRelay } from '../src/relay.ts'
import { effect, happened, log, type OutboxFixture, outboxFixture } from './fixture.ts'

let fixture: OutboxFixture
beforeEach(async () => {
  fixture = await outboxFixture()
})
afterEach(() => fixture.end())

const relay = (broker = fixture.rabbit.broker) =>
  fixture.run(startRelay({ service: 'tests', system: fixture.database.system, broker, log }))
const consumers = (...all: Consumer[]) =>
  fixture.run(startConsumers({ service: 'tests', system: fixture.database.system, broker: fixture.rabbit.broker, consumers: all, log }))
const recordAll = consume(happened, 'a', ({ data }, context) => effect(data, context))
const outboxIsEmpty = async () => (await fixture.count('outbox')) === 0

it('brings a committed event to its consumer at once, and removes it after the confirm', async () => {
  consumers(recordAll)
  relay()
  await fixture.send(1)
  await until(async () => (await fixture.effects()).length === 1)
  await until(outboxIsEmpty)
  const startedAt = performance.now()
  await fixture.send(2)
  await until(async () => (await fixture.effects()).length === 2, { everyMs: 2 })
  expect(performance.now() - startedAt).toBeLessThan(500)
})

it('sends nothing of a transaction that rolled back', async () => {
  consumers(recordAll)
  relay()
  const failing = fixture.database.app.db.transaction(async (tx) => {
    await enqueue(tx, happened, { subject: newId(), version: 1, data: { n: 1 } })
    throw new Error('changed my mind')
  })
  await expect(failing).rejects.toThrow('changed my mind')
  await fixture.send(2)
  expect(await until(async () => ((await fixture.effects()).length > 0 ? fixture.effects() : null))).toEqual([2])
})

it('refuses data that breaks the contract, and does not let requests read or change the outbox', async () => {
  const { db } = fixture.database.app
  const wrong = { n: 'one' } as unknown as { n: number }
  await expect(db.transaction((tx) => enqueue(tx, happened, { subject: newId(), version: 1, data: wrong }))).rejects.toThrow()
  await fixture.send(1)
  for (const statement of ['select * from outbox', 'delete from outbox', 'select * from inbox', 'select * from parked_events']) {
    await expect(db.transaction((tx) => tx.execute(sql.raw(statement)))).rejects.toMatchObject({ cause: { code: '42501' } })
  }
})

it('keeps the versions of each aggregate in order among thousands of events', async () => {
  const seen = new Map<string, number[]>()
  const remember = consume(happened, 'order', async ({ subject, version }) => {
    seen.set(subject, [...(seen.get(subject) ?? []), version])
  })
  const subjects = Array.from({ length: 20 }, newId)
  for (let version = 1; version <= 100; version += 1) {
    // One transaction writes some versions in the wrong order of time, which must not matter.
    const order = version % 10 === 0 ? [] : version % 10 === 9 ? [version + 1, version] : [version]
    await fixture.database.app.db.transaction(async (tx) => {
      for (const subject of subjects) for (const each of order) await enqueue(tx, happened, { subject, version: each, data: { n: each } })
    })
  }
  consumers(remember)
  relay()
  const upTo100 = Array.from({ length: 100 }, (_, index) => index + 1)
  await until(() => [...seen.values()].reduce((sum, versions) => sum + versions.length, 0) === 2_000, { timeoutMs: 30_000 })
  for (const subject of subjects) expect(seen.get(subject)).toEqual(upTo100)
  await until(outboxIsEmpty)
}, 60_000)

it('handles a repeat once', async () => {
  consumers(recordAll)
  const publisher = fixture.rabbit.broker.publisher()
  relay()
  await fixture.send(1)
  await until(async () => (await fixture.effects()).length === 1)
  const [stored] = await fixture.database.owner.db.execute<{ id: string }>(sql`select event_id as id from inbox`)
  const repeat = {
    specversion: '1.0',
    id: stored?.id,
    source: 'tests',
    type: happened.type,
    subject: newId(),
    time: new Date().toISOString(),
    version: 1,
    data: { n: 1 },
  }
  const other = { ...repeat, id: newId().toUpperCase(), data: { n: 3 } }
  for (const [messageId, event] of Object.entries({ a: repeat, b: repeat, c: other, d: other })) {
    await publisher.publish({ routingKey: happened.type, messageId, type: happened.type, body: Buffer.from(JSON.stringify(event)) })
  }
  await fixture.send(2)
  await until(async () => (await fixture.effects()).includes(2))
  expect((await fixture.effects()).sort()).toEqual([1, 2, 3])
})

it('keeps the newest version per aggregate for a projection', async () => {
  consumers(project(happened, 'newest', ({ data }, context) => effect(data, context)))
  const subject = newId()
  relay()
  for (const version of [3, 1, 2, 5, 4]) {
    await fixture.send(version, subject, version)
    await until(async () => (await fixture.count('outbox')) === 0 && (await fixture.count('inbox')) > 0)
  }
  await until(async () => (await fixture.count('inbox')) === 5)
  expect(await fixture.effects()).toEqual([3, 5])
})

it('parks what fails, handles its neighbours, and tries again until it works', async () => {
  let healed = false
  consumers(
    consume(happened, 'picky', async ({ data }, context) => {
      if (data.n === 3 && !healed) throw new Error('three is not liked yet')
      await effect(data, context)
    }),
  )
  for (const n of [1, 2, 3, 4, 5]) await fixture.send(n)
  relay()
  await until(async () => (await fixture.effects()).length === 4)
  const parked = await until(async () => (await fixture.parked())[0])
  expect(parked).toMatchObject({ reason: 'Error: three is not liked yet', dead: false })
  healed = true
  await until(async () => (await fixture.effects()).length === 5)
  expect(await fixture.count('parked_events')).toBe(0)
})

it('holds nothing up and nothing back for messages that break the contract', async () => {
  consumers(recordAll)
  const publisher = fixture.rabbit.broker.publisher()
  relay()
  await fixture.send(1)
  await until(async () => (await fixture.effects()).length === 1)
  const hostile = [
    '',
    '{',
    '[]',
    'null',
    '{"id":"x"}',
    '{"specversion":"1.0"}',
    Buffer.from([0xff, 0x00]),
    Buffer.alloc(300_000, 'x'),
    `{"a":${'['.repeat(50_000)}`,
  ]
  for (const [index, body] of hostile.entries()) {
    await publisher.publish({ routingKey: happened.type, messageId: `h${index}`, type: 'x', body: Buffer.from(body) })
  }
  await fixture.send(2)
  await until(async () => (await fixture.effects()).length === 2)
  const parked = await until(async () => ((await fixture.parked()).length === hostile.length ? fixture.parked() : null))
  expect(parked.every(({ dead }) => dead)).toBe(true)
})

it('asks outside the transaction what a handler has to know first', async () => {
  let asked = 0
  consumers(
    consume(happened, 'asking', {
      prepare: async ({ data }) => {
        asked += 1
        return data.n * 10
      },
      handle: (_, { tx, prepared }) => effect({ n: prepared }, { tx }),
    }),
  )
  relay()
  await fixture.send(4)
  await until(async () => (await fixture.effects()).length === 1)
  expect(await fixture.effects()).toEqual([40])
  expect(asked).toBe(1)
})

it('keeps an event that nobody is bound to, says so, and sends it when somebody is', async () => {
  const sender = relay()
  await fixture.send(1)
  await until(async () => (await sender.check.check())?.includes(happened.type))
  expect(await fixture.count('outbox')).toBe(1)
  consumers(recordAll)
  await until(async () => (await fixture.effects()).length === 1)
  await until(outboxIsEmpty)
  await until(async () => (await sender.check.check()) === null)
})

it('lets one relay at a time work, and another take over when it goes', async () => {
  consumers(recordAll)
  const first = relay()
  await fixture.send(1)
  await until(outboxIsEmpty)
  relay(fixture.rabbit.another())
  const locks = () =>
    fixture.database.owner.db.execute(sql`
      select 1 from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`)
  expect(await locks()).toHaveLength(1)
  await first.stop()
  const startedAt = performance.now()
  await fixture.send(2)
  await until(async () => (await fixture.effects()).length === 2)
  expect(performance.now() - startedAt).toBeLessThan(5_000)
})

it('refuses two consumers of one name', () => {
  expect(() => consumers(recordAll, recordAll)).toThrow(/called a/)
})

it('says why RabbitMQ is not usable', async () => {
  const broker = connectBroker({ url: 'amqp://nobody@127.0.0.1:1/', log })
  broker.publisher()
  expect(await until(async () => ((await broker.check.check())?.includes('ECONNREFUSED') ? broker.check.check() : null))).toMatch(
    /^RabbitMQ/,
  )
  await broker.close()
})
