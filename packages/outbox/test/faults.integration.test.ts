import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { until } from '@app/testing/poll'
import { testServers } from '@app/testing/servers'
import { startTcpProxy, type TcpProxy } from '@app/testing/tcp-proxy'
import { connect } from 'amqplib'
import { afterEach, expect, it } from 'vitest'
import { consume } from '../src/consume.ts'
import { startConsumers } from '../src/consumers.ts'
import { startRelay } from '../src/relay.ts'
import { effect, happened, log, type OutboxFixture, outboxFixture } from './fixture.ts'

let fixture: OutboxFixture
const proxies: TcpProxy[] = []
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const proxy of proxies) {
    await proxy.start()
    proxy.resume()
  }
  await fixture.end()
  for (const proxy of proxies.splice(0)) await proxy.close()
})

async function proxyTo(url: string, defaultPort: number): Promise<TcpProxy> {
  const { hostname, port } = new URL(url)
  const proxy = await startTcpProxy({ host: hostname, port: Number(port || defaultPort) })
  proxies.push(proxy)
  return proxy
}

async function throughProxies() {
  const postgres = await proxyTo(testServers().postgresUrl, 5432)
  const rabbit = await proxyTo(testServers().brokerUrl, 5672)
  const brokerUrl = new URL(testServers().brokerUrl)
  brokerUrl.host = `${rabbit.host}:${rabbit.port}`
  fixture = await outboxFixture({ database: postgres, brokerUrl: brokerUrl.href })
  return { postgres, rabbit }
}

function startBoth() {
  const { system } = fixture.database
  const { broker } = fixture.rabbit
  const handler = consume(happened, 'a', ({ data }, context) => effect(data, context))
  const consumers = fixture.run(startConsumers({ service: 'tests', system, broker, consumers: [handler], log }))
  const relay = fixture.run(startRelay({ service: 'tests', system, broker, log }))
  return { consumers, relay }
}

/** Nothing lost, nothing twice. */
async function expectEachOnce(expected: readonly number[], timeoutMs = 20_000) {
  await until(async () => (await fixture.effects()).length >= expected.length, { timeoutMs })
  await until(async () => (await fixture.count('outbox')) === 0 && (await fixture.count('parked_events')) === 0, { timeoutMs })
  expect((await fixture.effects()).sort((a, b) => a - b)).toEqual(expected)
}

/** Sends with the outages that a requester would see; only what was committed counts. */
async function sendAll(from: number, to: number): Promise<number[]> {
  const sent: number[] = []
  for (let n = from; n < to; n += 1) {
    await until(() => fixture.send(n).then(() => true))
    sent.push(n)
  }
  return sent
}

it('loses and doubles nothing while connections to RabbitMQ are cut at every step', async () => {
  const { rabbit } = await throughProxies()
  startBoth()
  const sending = sendAll(0, 400)
  for (let cuts = 0; cuts < 30; cuts += 1) {
    await delay(Math.random() * 60)
    rabbit.reset()
  }
  await expectEachOnce(await sending)
}, 60_000)

it('loses and doubles nothing while connections to Postgres are cut at every step', async () => {
  const { postgres } = await throughProxies()
  startBoth()
  const sent: number[] = []
  const sending = (async () => {
    for (let n = 0; n < 300; n += 1) {
      // A lost commit answer leaves it open whether the event exists: such a sender repeats under a new number.
      if (
        await fixture.send(n).then(
          () => true,
          () => false,
        )
      )
        sent.push(n)
    }
  })()
  for (let cuts = 0; cuts < 30; cuts += 1) {
    await delay(Math.random() * 60)
    postgres.reset()
  }
  await sending
  await until(async () => (await fixture.count('outbox')) === 0 && (await fixture.count('parked_events')) === 0, { timeoutMs: 20_000 })
  await until(async () =>
    sent.every(
      (
        (seen) => (n: number) =>
          seen.has(n)
      )(new Set(await fixture.effects())),
    ),
  )
  const all = await fixture.effects()
  expect(new Set(all).size).toBe(all.length)
}, 60_000)

it('keeps events while RabbitMQ is down, says so, and goes on within two seconds after it is back', async () => {
  const { rabbit } = await throughProxies()
  const { relay, consumers } = startBoth()
  await fixture.send(0)
  await expectEachOnce([0])
  await rabbit.stop()
  await until(async () => (await consumers.check.check()) !== null)
  await sendAll(1, 20)
  await until(async () => (await relay.check.check())?.includes('wait for RabbitMQ'))
  expect(await fixture.count('outbox')).toBe(19)
  await rabbit.start()
  const startedAt = performance.now()
  await until(async () => (await fixture.effects()).length === 20)
  expect(performance.now() - startedAt).toBeLessThan(2_000)
})

it('goes on after RabbitMQ was frozen', async () => {
  const { rabbit } = await throughProxies()
  startBoth()
  await fixture.send(0)
  await expectEachOnce([0])
  rabbit.freeze()
  const sent = await sendAll(1, 50)
  await delay(6_000)
  rabbit.resume()
  await expectEachOnce([0, ...sent])
}, 60_000)

it('goes on after Postgres was frozen, with messages in hand', async () => {
  const { postgres } = await throughProxies()
  startBoth()
  const sent = await sendAll(0, 50)
  postgres.freeze()
  await delay(3_000)
  postgres.resume()
  await expectEachOnce(sent)
}, 60_000)

it('consumes again within two seconds after its queue was deleted', async () => {
  fixture = await outboxFixture()
  const { consumers } = startBoth()
  await fixture.send(0)
  await expectEachOnce([0])
  const model = await connect(testServers().brokerUrl)
  const channel = await model.createChannel()
  await channel.deleteQueue(`${fixture.rabbit.prefix}tests.a`)
  await model.close()
  const startedAt = performance.now()
  await fixture.send(1)
  await until(async () => (await fixture.effects()).length === 2)
  expect(performance.now() - startedAt).toBeLessThan(2_500)
  expect(await consumers.check.check()).toBeNull()
})

const childArguments = (file: URL) => {
  const { database, rabbit } = fixture
  return [file.pathname, database.url, database.system.role, database.passwords.system, rabbit.url, rabbit.prefix]
}
const startChild = (file: URL) => {
  const child = spawn(process.execPath, childArguments(file), { stdio: 'inherit' })
  children.push(child)
  return child
}

it('does not let an event that ends the process hold up the others', async () => {
  fixture = await outboxFixture()
  const { relay } = startBoth()
  await fixture.send(0)
  await expectEachOnce([0])
  await Promise.all([relay.stop(), ...fixture.stopAll()])
  const sender = startRelay({ service: 'tests', system: fixture.database.system, broker: fixture.rabbit.another(), log })
  for (const n of [12, 13, 14]) await fixture.send(n)
  await until(async () => (await fixture.count('outbox')) === 0)
  const deadline = performance.now() + 60_000
  while ((await fixture.count('effects')) < 3 && performance.now() < deadline) {
    const child = startChild(new URL('./poison-child.ts', import.meta.url))
    await Promise.race([once(child, 'exit'), until(async () => (await fixture.count('effects')) === 3, { timeoutMs: 20_000 })])
    child.kill('SIGKILL')
  }
  expect((await fixture.effects()).sort((a, b) => a - b)).toEqual([0, 12, 14])
  expect(await fixture.parked()).toMatchObject([{ dead: false }])
  await sender.stop()
}, 90_000)

it('loses and doubles nothing while the process is killed twenty times', async () => {
  fixture = await outboxFixture()
  const { rabbit } = fixture
  // Only to have the queue removed at the end.
  await fixture.rabbit.broker.keepChannel(`${rabbit.prefix}tests.a`, async () => {}).close()
  let n = 0
  for (let kills = 0; kills < 20; kills += 1) {
    const child = startChild(new URL('./child.ts', import.meta.url))
    const before = await fixture.count('effects')
    await sendAll(n, n + 40)
    n += 40
    // A start takes longer than the whole work, so each child is let come to it first.
    if (kills % 2 === 0) await until(async () => (await fixture.count('effects')) > before, { everyMs: 2 })
    else await delay(300 + Math.random() * 400)
    await delay(Math.random() * 15)
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  startChild(new URL('./child.ts', import.meta.url))
  await expectEachOnce(
    Array.from({ length: n }, (_, index) => index),
    40_000,
  )
}, 120_000)
