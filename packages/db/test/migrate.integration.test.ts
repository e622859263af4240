import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type TestDatabase, testDatabase } from '@app/testing/database'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { migrate } from '../src/migrate.ts'

let database: TestDatabase
let folder: string
beforeEach(async () => {
  database = await testDatabase('migrate', [])
  folder = await mkdtemp(join(tmpdir(), 'migrations-'))
})
afterEach(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

const write = (name: string, text: string) => writeFile(join(folder, name), text)
const run = () =>
  migrate({ url: database.url, role: database.owner.role, password: database.passwords.owner, sets: [{ name: 'many', folder }] })
const tables = async () =>
  (
    await database.owner.db.execute<{ name: string }>(sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`)
  ).map(({ name }) => name)

it('applies what is new, once, in order, each file as a whole', async () => {
  await write('0002-b.sql', 'alter table a add column b int; create table b (id int);')
  await write('0001-a.sql', 'create table a (id int);')
  expect(await run()).toBe(2)
  expect(await run()).toBe(0)
  await write('0003-c.sql', 'create table c (id int); select nonsense;')
  await expect(run()).rejects.toThrow(/many\/0003-c.sql failed: .*nonsense/)
  expect(await tables()).toEqual(['a', 'b'])
  await write('0003-c.sql', 'create table c (id int);')
  expect(await run()).toBe(1)
})

it('refuses an edited file, but not other line endings', async () => {
  await write('0001-a.sql', 'create table a (\n  id int\n);')
  await run()
  await write('0001-a.sql', 'create table a (\r\n  id int\r\n);')
  expect(await run()).toBe(0)
  await write('0001-a.sql', 'create table a (id bigint);')
  await expect(run()).rejects.toThrow(/0001-a.sql was edited/)
})

it.each([['1-a.sql'], ['0001_A.sql'], ['0001-a.sql', '0001-b.sql']])('refuses the names %j', async (...names) => {
  for (const name of names) await write(name, 'select 1;')
  await expect(run()).rejects.toThrow(/not named like|number that another/)
})

it('applies each file once when several start together', async () => {
  for (let n = 1; n <= 9; n += 1) await write(`000${n}-t.sql`, `create table t${n} (id int);`)
  const applied = await Promise.all([run(), run(), run(), run()])
  expect(applied.reduce((sum, count) => sum + count, 0)).toBe(9)
})

it('goes on where a killed run stopped', async () => {
  for (let n = 10; n <= 40; n += 1)
    await write(`00${n}-t.sql`, `create table t${n} (id int); select pg_sleep(0.02); create index on t${n} (id);`)
  const argv = [
    new URL('./migrate-child.ts', import.meta.url).pathname,
    database.url,
    database.owner.role,
    database.passwords.owner,
    folder,
  ]
  for (let kills = 0; kills < 5; kills += 1) {
    const child = spawn(process.execPath, argv, { stdio: 'ignore' })
    await delay(350 + Math.random() * 150)
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  await run()
  expect(await tables()).toHaveLength(31)
  const [indexes] = await database.owner.db.execute<{ n: string }>(sql`select count(*) as n from pg_indexes where schemaname = 'public'`)
  expect(indexes?.n).toBe('31')
})
