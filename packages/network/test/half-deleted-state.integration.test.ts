import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { portOf } from '../src/ports.ts'
import { currentSecret } from '../src/secrets.ts'
import { type Folder, run, start, stateFolder } from './start-fixture.ts'

let folder: Folder
beforeEach(async () => {
  folder = await stateFolder('vestibule-half-')
})
afterEach(() => folder.remove())

/** Starts, does something with the running network, and stops. */
async function during<T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const started = start(folder, 'postgres')
  try {
    await started.ready
    const password = currentSecret(folder.state.secrets, 'postgres-superuser')
    const sql = postgres({ host: '127.0.0.1', port: portOf(folder.ports, 'postgres', 'sql'), username: 'postgres', password, max: 1 })
    try {
      return await work(sql)
    } finally {
      await sql.end()
    }
  } finally {
    started.child.kill('SIGTERM')
    await started.exitCode
  }
}

const keep = () => during((sql) => sql`create table kept as select 1 as row`)
const count = () => during(async (sql) => (await sql`select count(*)::int as rows from kept`)[0]?.['rows'])

it.each<[string, () => void]>([
  ['the secrets are gone', () => rmSync(folder.state.secrets, { recursive: true })],
  [
    'run/ is full of stale files',
    () => {
      mkdirSync(folder.state.run, { recursive: true })
      for (const name of ['supervisor.lock', 'guardian', 'processes', 'network.json', 'control.sock'])
        writeFileSync(join(folder.state.run, name), '{"pid":1,')
    },
  ],
  [
    'a pid file names a program that is no Postgres',
    () => writeFileSync(join(folder.state.postgres, 'data/postmaster.pid'), `${process.pid}\n`),
  ],
  [
    'logs, run and the password marker are gone',
    () => {
      for (const path of [folder.state.logs, folder.state.run, join(folder.state.postgres, 'superuser.sha256')])
        rmSync(path, { recursive: true, force: true })
    },
  ],
])('keeps the data when %s', async (_, damage) => {
  await keep()
  damage()
  expect(await count()).toBe(1)
})

it('keeps a data folder aside that is no database', async () => {
  mkdirSync(join(folder.state.postgres, 'data'), { recursive: true })
  writeFileSync(join(folder.state.postgres, 'data/precious'), 'mine')
  await keep()
  const aside = readdirSync(folder.state.postgres).find((name) => name.startsWith('data.broken-'))
  expect(readdirSync(join(folder.state.postgres, aside ?? ''))).toEqual(['precious'])
})

it('changes the superuser password while running and while stopped', async () => {
  await keep()
  const rotate = () => run(folder, ['secrets', 'rotate', 'postgres-superuser']).exitCode
  expect(await rotate()).toBe(0)
  expect(await count()).toBe(1)
  await during(async () => {
    expect(await rotate()).toBe(0)
    const password = currentSecret(folder.state.secrets, 'postgres-superuser')
    const sql = postgres({ host: '127.0.0.1', port: portOf(folder.ports, 'postgres', 'sql'), username: 'postgres', password, max: 1 })
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
    await sql.end()
  })
  expect(await count()).toBe(1)
})
