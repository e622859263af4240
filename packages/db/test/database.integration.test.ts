import { type TestDatabase, testDatabase } from '@app/testing/database'
import { sql } from 'drizzle-orm'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isUniqueViolation } from '../src/errors.ts'

const things = pgTable('things', { id: integer().primaryKey(), name: text().notNull() })
let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase('db', [{ name: 'things', folder: new URL('./migrations', import.meta.url).pathname }])
})
afterAll(() => database.drop())

it('reads and writes through the query builder', async () => {
  const { db } = database.app
  await db.insert(things).values({ id: 1, name: 'one' })
  expect(await db.select().from(things)).toEqual([{ id: 1, name: 'one' }])
  const rows = await db.execute<{ ids: number[] }>(sql`select array[1, 2] as ids`)
  expect(rows[0]?.ids).toEqual([1, 2])
  expect(await db.execute(sql`select id from things where id = any(${sql.param([1, 9])}::int[])`)).toHaveLength(1)
})

it('names the violated constraint', async () => {
  const { db } = database.app
  await db.insert(things).values({ id: 2, name: 'two' })
  const error = await db
    .insert(things)
    .values({ id: 2, name: 'two' })
    .catch((caught: unknown) => caught)
  expect(isUniqueViolation(error, 'things_pkey')).toBe(true)
})

it('rolls back when the function throws, savepoints on their own', async () => {
  const { db } = database.app
  await db.transaction(async (tx) => {
    await tx.insert(things).values({ id: 10, name: 'kept' })
    const inner = tx.transaction(async (nested) => {
      await nested.insert(things).values({ id: 11, name: 'dropped' })
      throw new Error('inner')
    })
    await expect(inner).rejects.toThrow('inner')
  })
  const outer = db.transaction(async (tx) => {
    await tx.insert(things).values({ id: 12, name: 'dropped' })
    throw new Error('outer')
  })
  await expect(outer).rejects.toThrow('outer')
  expect((await db.select().from(things)).map(({ id }) => id)).not.toContain(12)
  expect((await db.select().from(things)).filter(({ id }) => id > 9)).toEqual([{ id: 10, name: 'kept' }])
})

it('does not report a transaction as committed whose failed statement was swallowed', async () => {
  const { db } = database.app
  const swallowing = db.transaction(async (tx) => {
    await tx.insert(things).values({ id: 20, name: 'lost' })
    await tx
      .insert(things)
      .values({ id: 20, name: 'again' })
      .catch(() => undefined)
    return 'done'
  })
  await expect(swallowing).rejects.toMatchObject({ code: '23505' })
})

it('runs no statement of a transaction after its end', async () => {
  const { db } = database.app
  let late: () => Promise<unknown> = () => Promise.resolve()
  await db.transaction(async (tx) => {
    late = async () => await tx.insert(things).values({ id: 30, name: 'late' })
  })
  await expect(late()).rejects.toMatchObject({ cause: { message: 'The transaction is over' } })
})

it('lends no more connections than it has, and never waits for one for ever', async () => {
  const { db } = database.app
  const slow = Array.from({ length: 5 }, () => db.transaction((tx) => tx.execute(sql`select pg_sleep(2.2)`)))
  const waited = performance.now()
  await expect(db.transaction((tx) => tx.execute(sql`select 1`))).rejects.toMatchObject({ code: 'database-down', status: 503 })
  expect(performance.now() - waited).toBeLessThan(2_000)
  await Promise.all(slow)
  await database.app.check.check()
})

it('ends a statement that takes too long', async () => {
  const started = performance.now()
  await expect(database.app.db.transaction((tx) => tx.execute(sql`select pg_sleep(30)`))).rejects.toMatchObject({ code: 'database-down' })
  expect(performance.now() - started).toBeLessThan(7_000)
})

it('gives app and system what the owner creates, and nothing of the owner’s records', async () => {
  await expect(database.system.db.execute(sql`select * from things`)).resolves.toBeDefined()
  await expect(database.app.db.transaction((tx) => tx.execute(sql`select * from migrations.applied`))).rejects.toThrow()
  await expect(database.app.db.transaction((tx) => tx.execute(sql`create table mine (id int)`))).rejects.toThrow()
})
