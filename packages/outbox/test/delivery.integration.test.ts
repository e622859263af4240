import { newId } from '@app/db/id'
import { defineEvent } from '@app/events/define-event'
import { createLog } from '@app/log/log'
import { type TestBroker, testBroker } from '@app/testing/broker'
import { type TestDatabase, testDatabase } from '@app/testing/database'
import { until } from '@app/testing/poll'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { type Consumer, consume } from '../src/consume.ts'
import { startConsumers } from '../src/consumers.ts'
import { enqueue } from '../src/enqueue.ts'
import { startRelay } from '../src/relay.ts'

const happened = defineEvent({ type: 'tests.thing.happened.v1', source: 'tests', data: z.object({ n: z.int() }) })
const log = createLog({ service: 'tests', level: 'silent' })
const sets = [
  { name: 'outbox', folder: new URL('../migrations', import.meta.url).pathname },
  { name: 'tests', folder: new URL('./migrations', import.meta.url).pathname },
]
let database: TestDatabase
let rabbit: TestBroker
const running: { stop: () => Promise<void> }[] = []

beforeAll(async () => {
  database = await testDatabase('outbox', sets)
})
afterAll(() => database.drop())

async function fixture(consumers: Consumer[]) {
  rabbit = testBroker(log)
  const { system } = database
  running.push(startConsumers({ service: 'tests', system, broker: rabbit.broker, consumers, log }))
  running.push(startRelay({ service: 'tests', system, broker: rabbit.broker, log }))
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()))
  await rabbit.drop()
  await database.system.db.execute(sql`delete from effects`)
  for (const table of ['outbox', 'inbox', 'inbox_versions', 'parked_events'])
    await database.system.db.execute(sql.raw(`delete from ${table}`))
})

const effect = (n: number) => sql`insert into effects (consumer, n) values ('a', ${n})`
const send = (n: number, subject = newId(), version = 1) =>
  database.app.db.transaction((tx) => enqueue(tx, happened, { subject, version, data: { n } }))
const effects = async () => (await database.system.db.execute<{ n: number }>(sql`select n from effects order by id`)).map(({ n }) => n)
const outboxIsEmpty = async () => (await database.system.db.execute(sql`select 1 from outbox`)).length === 0

it('brings a committed event to its consumer, and removes it after the confirm', async () => {
  await fixture([consume(happened, 'a', ({ data }, { tx }) => tx.execute(effect(data.n)))])
  await send(1)
  expect(await until(async () => ((await effects()).length === 1 ? effects() : null))).toEqual([1])
  await until(outboxIsEmpty)

  await send(2)
  await until(async () => (await effects()).length === 2, { everyMs: 2 })
})

it('sends nothing of a transaction that rolled back', async () => {
  await fixture([consume(happened, 'a', ({ data }, { tx }) => tx.execute(effect(data.n)))])
  const failing = database.app.db.transaction(async (tx) => {
    await enqueue(tx, happened, { subject: newId(), version: 1, data: { n: 1 } })
    throw new Error('changed my mind')
  })
  await expect(failing).rejects.toThrow('changed my mind')
  await send(2)
  expect(await until(async () => ((await effects()).length > 0 ? effects() : null))).toEqual([2])
})
