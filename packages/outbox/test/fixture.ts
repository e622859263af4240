import { newId } from '@app/db/id'
import { defineEvent } from '@app/events/define-event'
import { createLog } from '@app/log/log'
import { type TestBroker, testBroker } from '@app/testing/broker'
import { type TestDatabase, testDatabase } from '@app/testing/database'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { HandlerContext } from '../src/consume.ts'
import { enqueue } from '../src/enqueue.ts'

export const happened = defineEvent({ type: 'tests.thing.happened.v1', source: 'tests', data: z.object({ n: z.int() }) })
export const log = createLog({ service: 'tests', level: process.env['VESTIBULE_TEST_LOG'] === 'debug' ? 'debug' : 'silent' })
const sets = [
  { name: 'outbox', folder: new URL('../migrations', import.meta.url).pathname },
  { name: 'tests', folder: new URL('./migrations', import.meta.url).pathname },
]

export type Running = { stop: () => Promise<void> }

export const effect = async ({ n, consumer = 'a' }: { n: number; consumer?: string }, { tx }: Pick<HandlerContext, 'tx'>) => {
  await tx.execute(sql`insert into effects (consumer, n) values (${consumer}, ${n})`)
}

/** A database and a broker prefix, with what tests ask of them. */
export async function outboxFixture(through: { database?: { host: string; port: number }; brokerUrl?: string } = {}) {
  const database: TestDatabase = await testDatabase('outbox', sets, through.database === undefined ? {} : { through: through.database })
  const rabbit: TestBroker = testBroker(log, through.brokerUrl)
  const running: Running[] = []
  const count = async (table: string) =>
    Number((await database.owner.db.execute<{ n: string }>(sql.raw(`select count(*) as n from ${table}`)))[0]?.n)
  return {
    database,
    rabbit,
    count,
    run: <R extends Running>(one: R): R => {
      running.push(one)
      return one
    },
    stopAll: () => running.splice(0).map((one) => one.stop()),
    send: (n: number, subject = newId(), version = 1) =>
      database.app.db.transaction((tx) => enqueue(tx, happened, { subject, version, data: { n } })),
    effects: async () => (await database.owner.db.execute<{ n: number }>(sql`select n from effects order by id`)).map(({ n }) => n),
    parked: () =>
      database.owner.db.execute<{ attempts: number; reason: string; dead: boolean; key: string }>(
        sql`select attempts, reason, dead_at is not null as dead, key from parked_events order by parked_at`,
      ),
    end: async () => {
      await Promise.all(running.map((one) => one.stop()))
      await rabbit.drop()
      await database.drop()
    },
  }
}

export type OutboxFixture = Awaited<ReturnType<typeof outboxFixture>>
