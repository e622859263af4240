import { type TestDatabase, testDatabase } from '@app/testing/database'
import { until } from '@app/testing/poll'
import { testServers } from '@app/testing/servers'
import { startTcpProxy, type TcpProxy } from '@app/testing/tcp-proxy'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../src/database.ts'

const down = { code: 'database-down', status: 503 }
let proxy: TcpProxy
let database: TestDatabase

beforeAll(async () => {
  const { hostname, port } = new URL(testServers().postgresUrl)
  proxy = await startTcpProxy({ host: hostname, port: Number(port || 5432) })
  database = await testDatabase('outage', [{ name: 'things', folder: new URL('./migrations', import.meta.url).pathname }], {
    through: proxy,
  })
})
afterAll(async () => {
  await proxy.start()
  proxy.resume()
  await database.drop()
  await proxy.close()
})
afterEach(async () => {
  await proxy.start()
  proxy.resume()
})

const ping = () => database.app.check.check()
const within = async (limitMs: number, work: () => Promise<unknown>) => {
  const startedAt = performance.now()
  await work()
  expect(performance.now() - startedAt).toBeLessThan(limitMs)
}
/** More requests than connections, half of them transactions. */
const crowd = (size = 20) =>
  Array.from({ length: size }, (_, n) => (n % 2 === 0 ? database.app.db.transaction((tx) => tx.execute(sql`select ${n}::int`)) : ping()))
const expectAllDown = async (requests: Promise<unknown>[]) => {
  for (const result of await Promise.allSettled(requests)) {
    expect(result.status).toBe('rejected')
    if (result.status === 'rejected') expect(result.reason.code ?? result.reason.cause.code).toBe(down.code)
  }
}

it('says within about two seconds that a frozen Postgres is down, on used, new and queued connections, and works after the thaw', async () => {
  await Promise.all(crowd())
  proxy.freeze()
  await within(2_600, () => expectAllDown(crowd()))
  await within(2_600, () => expectAllDown(crowd()))
  proxy.resume()
  await within(1_000, () => until(() => ping().then(() => true)))
})

it('ends a statement that is under way when Postgres freezes', async () => {
  const slow = database.app.db.transaction((tx) => tx.execute(sql`select pg_sleep(4)`))
  await until(
    async () => (await database.app.db.execute(sql`select 1 from pg_stat_activity where query = 'select pg_sleep(4)'`)).length > 0,
  )
  proxy.freeze()
  await within(2_300, () => expect(slow).rejects.toMatchObject(down))
})

it('lets a slow statement be slow while Postgres reacts', async () => {
  await expect(database.app.db.execute(sql`select pg_sleep(2.5)`)).resolves.toHaveLength(1)
})

it('says at once that a stopped Postgres is down, and works at once when it is back', async () => {
  await ping()
  await proxy.stop()
  await within(500, () => expectAllDown(crowd()))
  await proxy.start()
  await within(500, ping)
})

it('runs nothing of a transaction on another connection after its own was cut', async () => {
  const { db } = database.app
  await db.execute(sql`delete from things`)
  const cutInside = db.transaction(async (tx) => {
    await tx.execute(sql`insert into things values (1, 'before')`)
    proxy.reset()
    await tx.execute(sql`select 1`).then(
      () => {},
      () => {},
    )
    await ping()
    await tx.execute(sql`insert into things values (2, 'after')`)
  })
  await expect(cutInside).rejects.toMatchObject(down)
  const idle = db.transaction(async (tx) => {
    await tx.execute(sql`insert into things values (3, 'idle')`)
    proxy.reset()
    await until(() => proxy.connections() === 0)
  })
  await expect(idle).rejects.toMatchObject(down)
  expect(await db.execute(sql`select * from things`)).toHaveLength(0)
})

it('survives a hundred cuts at random moments', async () => {
  await within(12_000, async () => {
    for (let n = 0; n < 100; n += 1) {
      const requests = Promise.allSettled(crowd(6))
      await new Promise((resolve) => setTimeout(resolve, n % 13))
      proxy.reset()
      await requests
    }
  })
  await within(1_000, () => until(() => ping().then(() => true)))
})

it('takes up again when Postgres ends its connections', async () => {
  await Promise.all(crowd())
  await database.owner.check.check()
  await database.system.db.execute(sql`select 1`)
  const admin = database.owner
  await admin.db.execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()`,
  )
  await within(500, ping)
})

it('speaks TLS where the server does, and says so where it does not', async () => {
  const { url, passwords, name } = database
  const open = (sslMode: string) => openDatabase({ url: `${url}?sslmode=${sslMode}`, role: `${name}_app`, password: passwords.app, max: 1 })
  const [setting] = await database.app.db.execute<{ ssl: string }>(sql`show ssl`)
  const encrypted = open('require')
  const used = encrypted.db.execute<{ ssl: boolean }>(sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`)
  if (setting?.ssl === 'on') expect((await used)[0]).toEqual({ ssl: true })
  else await expect(used).rejects.toMatchObject({ cause: { message: expect.stringContaining('does not offer TLS') } })
  const checked = open('verify-full')
  await expect(checked.check.check()).rejects.toThrow()
  await Promise.all([encrypted.close(), checked.close()])
})
