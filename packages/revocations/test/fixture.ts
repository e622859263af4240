/** Publishers and listeners on an exchange of their own, some of them behind a proxy that injects faults. */
import { randomBytes } from 'node:crypto'
import { createLog } from '@app/log/log'
import { until } from '@app/testing/poll'
import { testServers } from '@app/testing/servers'
import { startTcpProxy, type TcpProxy } from '@app/testing/tcp-proxy'
import { type Channel, connect } from 'amqplib'
import { createRevocationListener, type RevocationListener } from '../src/listener.ts'
import { createRevocationPublisher, type RevocationPublisher } from '../src/publisher.ts'
import { type Revocation, revocationsExchange } from '../src/signal.ts'

const log = createLog({ service: 'test', level: 'silent' })

/** A listener with the memory of what it was told. */
export type Heard = { readonly listener: RevocationListener; readonly purged: Revocation[]; clears: number }

export function revocationsFixture() {
  const prefix = `test-${randomBytes(5).toString('hex')}-`
  const open: { close: () => Promise<void> }[] = []
  const proxies: TcpProxy[] = []
  const url = () => testServers().brokerUrl

  const through = (proxy: TcpProxy): string => {
    const address = new URL(url())
    address.hostname = proxy.host
    address.port = String(proxy.port)
    return address.href
  }
  const publisher = (publisherId = 'identity', proxy?: TcpProxy): RevocationPublisher => {
    const made = createRevocationPublisher({ url: proxy ? through(proxy) : url(), prefix, publisherId, log })
    open.push(made)
    return made
  }
  const listener = (proxy?: TcpProxy, expects = ['identity']): Heard => {
    const made = createRevocationListener({ url: proxy ? through(proxy) : url(), prefix, expects, log })
    const heard: Heard = { listener: made, purged: [], clears: 0 }
    made.onPurge((revocation) => heard.purged.push(revocation))
    made.onClear(() => {
      heard.clears += 1
    })
    open.push(made)
    return heard
  }
  const proxy = async (): Promise<TcpProxy> => {
    const { hostname, port } = new URL(url())
    const made = await startTcpProxy({ host: hostname, port: Number(port === '' ? 5672 : port) })
    proxies.push(made)
    return made
  }
  const end = async () => {
    for (const one of proxies) one.resume()
    await Promise.all(open.map((one) => one.close()))
    await Promise.all(proxies.map((one) => one.close()))
    await withChannel((channel) => channel.deleteExchange(revocationsExchange(prefix)))
  }
  return { prefix, publisher, listener, proxy, end }
}

export async function withChannel(work: (channel: Channel) => Promise<unknown>): Promise<void> {
  const model = await connect(testServers().brokerUrl)
  try {
    const channel = await model.createChannel()
    await work(channel)
    // First the channel: a connection that closes overtakes what its channels have not sent yet.
    await channel.close()
  } finally {
    await model.close()
  }
}

export const whole = ({ listener }: Heard, timeoutMs = 5_000) => until(() => listener.isWhole(), { timeoutMs })
export const broken = ({ listener }: Heard, timeoutMs = 5_000) => until(() => !listener.isWhole(), { timeoutMs, everyMs: 5 })
