import { randomUUID } from 'node:crypto'
import { until } from '@app/testing/poll'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { revocationsExchange } from '../src/signal.ts'
import { broken, revocationsFixture, whole, withChannel } from './fixture.ts'

let fixture: ReturnType<typeof revocationsFixture>
beforeEach(() => {
  fixture = revocationsFixture()
})
afterEach(() => fixture.end())

const session = () => ({ scope: 'session', id: randomUUID() }) as const

describe('a revocation', () => {
  it('reaches every listener, and no cache may keep what was looked up meanwhile', async () => {
    const publisher = fixture.publisher()
    const listeners = [fixture.listener(), fixture.listener()]
    for (const heard of listeners) await whole(heard)
    const epochs = listeners.map(({ listener }) => listener.epoch())
    const revocations = [session(), { scope: 'identity', id: randomUUID() } as const]
    for (const revocation of revocations) await publisher.publish(revocation)
    for (const [index, heard] of listeners.entries()) {
      await until(() => heard.purged.length === 2)
      expect(heard.purged).toEqual(revocations)
      expect(heard.listener.epoch()).toBeGreaterThan(epochs[index] ?? 0)
    }
  })

  it('of everything is a clear', async () => {
    const publisher = fixture.publisher()
    const heard = fixture.listener()
    await whole(heard)
    const before = heard.clears
    await publisher.publish({ scope: 'all', id: '*' })
    await until(() => heard.clears === before + 1)
    expect(heard.purged).toEqual([])
  })

  // Again when the machine was so busy that beats came too late meanwhile.
  it('goes through in numbers, in order, without anything being dropped', { retry: 2 }, async () => {
    const publisher = fixture.publisher()
    const heard = fixture.listener()
    await whole(heard)
    const before = heard.clears
    const all = Array.from({ length: 500 }, session)
    await Promise.all(all.map((revocation) => publisher.publish(revocation)))
    await until(() => heard.purged.length === 500)
    expect(heard.purged).toEqual(all)
    expect(heard.clears).toBe(before)
  })

  it('that is none of the known shapes is refused', async () => {
    const publisher = fixture.publisher()
    await expect(publisher.publish({ scope: 'session', id: '' })).rejects.toThrow()
  })
})

describe('the link is whole only', () => {
  it('after every expected publisher was heard', async () => {
    const heard = fixture.listener(undefined, ['identity', 'tenants'])
    fixture.publisher('identity')
    await until(async () => (await heard.listener.check.check()) === 'tenants was not heard yet')
    expect(heard.listener.isWhole()).toBe(false)
    fixture.publisher('tenants')
    await whole(heard)
  })

  it('while the publisher can reach the broker: frozen, it is noticed within a second, everything is dropped, and it comes back', async () => {
    const proxy = await fixture.proxy()
    const publisher = fixture.publisher('identity', proxy)
    const heard = fixture.listener()
    await whole(heard)
    const { clears } = heard
    const epoch = heard.listener.epoch()
    proxy.freeze()
    const frozenAt = performance.now()
    const refused = expect(publisher.publish(session())).rejects.toMatchObject({ code: 'broker-down', status: 503 })
    await broken(heard)
    expect(performance.now() - frozenAt).toBeLessThan(1_500)
    expect(heard.clears).toBeGreaterThan(clears)
    expect(heard.listener.epoch()).toBeGreaterThan(epoch)
    await refused
    expect(performance.now() - frozenAt).toBeLessThan(2_200)
    proxy.resume()
    await whole(heard)
    await publisher.publish(session())
  })

  it('while we can reach the broker: a dead connection is replaced by another', async () => {
    const proxy = await fixture.proxy()
    const publisher = fixture.publisher()
    const heard = fixture.listener(proxy)
    await whole(heard)
    const strandedAt = performance.now()
    proxy.strand()
    await broken(heard)
    expect(performance.now() - strandedAt).toBeLessThan(1_500)
    expect(heard.clears).toBeGreaterThan(0)
    await publisher.publish(session())
    await whole(heard)
    expect(performance.now() - strandedAt).toBeLessThan(4_500)
    const next = session()
    await publisher.publish(next)
    await until(() => heard.purged.some(({ id }) => id === next.id))
  })

  it('while the publisher has a live connection: a dead one is replaced by another', async () => {
    const proxy = await fixture.proxy()
    const publisher = fixture.publisher('identity', proxy)
    const heard = fixture.listener()
    await whole(heard)
    proxy.strand()
    await broken(heard)
    await whole(heard)
    await publisher.publish(session())
    await until(() => heard.purged.length === 1)
  })

  it('while connections last: cut and refused, both sides are back within 2 s', async () => {
    const proxy = await fixture.proxy()
    const publisher = fixture.publisher('identity', proxy)
    const heard = fixture.listener(proxy)
    await whole(heard)
    const { clears } = heard
    await proxy.stop()
    await broken(heard, 1_000)
    expect(heard.clears).toBeGreaterThan(clears)
    await expect(publisher.publish(session())).rejects.toMatchObject({ status: 503 })
    await proxy.start()
    await whole(heard, 2_000)
    const next = session()
    await publisher.publish(next)
    await until(() => heard.purged.some(({ id }) => id === next.id))
  })

  it('while our own queue is in time, though beats keep coming', async () => {
    const proxy = await fixture.proxy()
    fixture.publisher()
    const heard = fixture.listener(proxy)
    await whole(heard)
    proxy.setLatency(600)
    await broken(heard)
    expect(await heard.listener.check.check()).toBe('our queue is late')
    proxy.setLatency(0)
    await whole(heard)
  })
})

describe('a publisher', () => {
  it('that is killed breaks the link, and its restart heals it', async () => {
    const proxy = await fixture.proxy()
    fixture.publisher('identity', proxy)
    const heard = fixture.listener()
    await whole(heard)
    await proxy.stop()
    await broken(heard)
    const { clears } = heard
    fixture.publisher('identity')
    await whole(heard, 2_000)
    expect(heard.clears).toBeGreaterThan(clears)
  })

  it('that says good-bye is not waited for', async () => {
    fixture.publisher('identity')
    const other = fixture.publisher('tenants')
    const heard = fixture.listener()
    await whole(heard)
    await until(() => heard.clears >= 2)
    await other.close()
    const reasons = new Set<string | null>()
    const endsAt = performance.now() + 1_500
    await until(async () => {
      reasons.add(await heard.listener.check.check())
      return performance.now() > endsAt
    })
    expect(reasons).not.toContain('tenants is silent')
  })

  it('cannot be believed twice: what was looked up before a break is not stored after it', async () => {
    const proxy = await fixture.proxy()
    fixture.publisher('identity')
    const heard = fixture.listener(proxy)
    await whole(heard)
    const begun = heard.listener.epoch()
    proxy.reset()
    await broken(heard)
    const begunWhileBroken = heard.listener.epoch()
    await whole(heard)
    expect(begunWhileBroken).toBeGreaterThan(begun)
    expect(heard.listener.epoch()).toBeGreaterThan(begunWhileBroken)
  })

  it('whose signal was lost makes everything be dropped', async () => {
    const heard = fixture.listener(undefined, ['other'])
    const say = (number: number) => sendRaw({ kind: 'beat', publisher: 'other', incarnation: '1', number })
    await until(async () => (await heard.listener.check.check()) === 'other was not heard yet')
    await say(1)
    await whole(heard)
    await say(2)
    const { clears } = heard
    await say(4)
    await until(() => heard.clears === clears + 1)
  })

  it('that speaks another language makes everything be dropped', async () => {
    fixture.publisher()
    const heard = fixture.listener()
    await whole(heard)
    for (const content of ['not json', '{"kind":"purge"}', '{"kind":"later","publisher":"x","incarnation":"1","number":1}']) {
      const { clears } = heard
      await sendRaw(content)
      await until(() => heard.clears === clears + 1)
    }
    expect(heard.listener.isWhole()).toBe(true)
  })
})

it('notices that the exchange was deleted, and goes on', async () => {
  fixture.publisher()
  const heard = fixture.listener()
  await whole(heard)
  await withChannel((channel) => channel.deleteExchange(revocationsExchange(fixture.prefix)))
  await broken(heard)
  await whole(heard)
})

async function sendRaw(content: object | string): Promise<void> {
  const body = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
  await withChannel(async (channel) => {
    await channel.assertExchange(revocationsExchange(fixture.prefix), 'fanout', { durable: true })
    channel.publish(revocationsExchange(fixture.prefix), '', body)
  })
}
