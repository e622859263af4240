/** RabbitMQ for a test file: a prefix of its own, so that files do not see each other, and everything is removed at the end. */
import { randomBytes } from 'node:crypto'
import type { Log } from '@app/log/log'
import { type Broker, connectBroker } from '@app/outbox/broker'
import { connect } from 'amqplib'
import { testServers } from './servers.ts'

export type TestBroker = {
  readonly broker: Broker
  readonly prefix: string
  readonly url: string
  /** Another connection under the same prefix, as another process would have it. */
  readonly another: (url?: string) => Broker
  /** Closes everything and deletes the exchanges and the queues of the consumers that ran. */
  readonly drop: () => Promise<void>
}

/** @param url another way in than the server itself, e.g. a proxy that injects faults */
export function testBroker(log: Log, url = testServers().brokerUrl): TestBroker {
  const prefix = `test-${randomBytes(5).toString('hex')}-`
  const queues = new Set<string>()
  const opened: Broker[] = []
  const open = (through: string): Broker => {
    const broker = connectBroker({ url: through, prefix, name: prefix, log })
    opened.push(broker)
    const keepChannel: Broker['keepChannel'] = (name, setup) => {
      queues.add(name)
      return broker.keepChannel(name, setup)
    }
    return { ...broker, keepChannel }
  }
  const drop = async () => {
    await Promise.all(opened.map((broker) => broker.close()))
    await deleteAll(prefix, queues)
  }
  return { broker: open(url), prefix, url, another: (through = url) => open(through), drop }
}

async function deleteAll(prefix: string, queues: ReadonlySet<string>): Promise<void> {
  const model = await connect(testServers().brokerUrl)
  const channel = await model.createChannel()
  for (const queue of [...queues, `${prefix}dead-letters`]) await channel.deleteQueue(queue)
  for (const exchange of ['events', 'dead-letters', 'revocations']) await channel.deleteExchange(prefix + exchange)
  await model.close()
}
