import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { startRelay } from '@app/outbox/relay'
import { until } from '@app/testing/poll'
import { testServers } from '@app/testing/servers'
import { sql } from 'drizzle-orm'
import { afterEach, expect, it } from 'vitest'
import { aMessage, log, type NotificationsFixture, notificationsFixture } from './fixture.ts'

const KILLS = 10
const MESSAGES = 60

let fixture: NotificationsFixture
let child: ChildProcess | undefined
afterEach(async () => {
  child?.kill('SIGKILL')
  await fixture.end()
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return address !== null && typeof address === 'object' ? address.port : 0
}

async function childStarter() {
  const { database, rabbit, users, sink, kratosSecret } = fixture
  const internalPort = await freePort()
  const input = {
    database: database.url,
    name: database.name,
    passwords: { app: database.passwords.app, system: database.passwords.system },
    broker: testServers().brokerUrl,
    prefix: rabbit.prefix,
    users: users.url,
    smtp: sink.url,
    kratosSecret,
    internalPort,
  }
  const start = () => {
    child = spawn(process.execPath, [new URL('./child.ts', import.meta.url).pathname, JSON.stringify(input)], { stdio: 'inherit' })
    return child
  }
  return { start, url: `http://127.0.0.1:${internalPort}/internal/courier` }
}

/** As Kratos' courier does: again and again until it is answered 200. */
async function courier(url: string, body: unknown): Promise<void> {
  await until(
    async () => {
      const headers = { authorization: `Bearer ${fixture.kratosSecret}`, 'content-type': 'application/json' }
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(3_000) })
      return response.status === 200
    },
    { timeoutMs: 60_000, everyMs: 30 },
  )
}

it('sends every mail, exactly once by Message-ID, while the process is killed again and again', async () => {
  fixture = await notificationsFixture()
  const { sink, users, database, rabbit } = fixture
  // Only to have the queue removed at the end.
  await rabbit.broker.keepChannel(`${rabbit.prefix}notifications.user-registered`, async () => {}).close()
  const relay = startRelay({ service: 'users', system: database.system, broker: rabbit.broker, log })
  const { start, url } = await childStarter()
  const messages = Array.from({ length: MESSAGES }, () => aMessage())
  const people = Array.from({ length: MESSAGES / 3 }, () => users.add())
  let open = true
  const work = (async () => {
    for (const [index, message] of messages.entries()) {
      const person = index % 3 === 0 ? people[index / 3] : undefined
      if (person !== undefined) await fixture.registerUser(person.userId)
      await courier(url, message)
      await delay(Math.random() * 60)
    }
    open = false
  })()
  let kills = 0
  while (kills < KILLS || open) {
    const running = start()
    const before = sink.mails.length
    await until(() => sink.mails.length > before || !open, { timeoutMs: 30_000, everyMs: 1 })
    await delay(Math.random() * (kills < KILLS ? 120 : 5_000))
    running.kill('SIGKILL')
    await once(running, 'exit')
    kills += 1
  }
  await work
  start()
  const expected = MESSAGES + people.length
  await until(
    async () => {
      const [left] = await database.owner.db.execute<{ waiting: string; all: string }>(
        sql`select count(*) filter (where state = 'waiting') as waiting, count(*) as all from mails`,
      )
      return left?.waiting === '0' && Number(left.all) >= expected
    },
    { timeoutMs: 30_000 },
  )
  expect(new Set(sink.mails.map(({ messageId }) => messageId)).size).toBe(expected)
  expect(new Set(sink.mails.map(({ to }) => to))).toEqual(
    new Set([...messages.map(({ recipient }) => recipient), ...people.map(({ email }) => email)]),
  )
  expect((await fixture.rows()).every(({ state, recipient, code }) => state === 'sent' && recipient === null && code === null)).toBe(true)
  await relay.stop()
}, 180_000)
