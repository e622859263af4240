/**
 * RabbitMQ as our services use it: one connection to publish and one to consume, because a broker short of memory stops
 * reading from publishing connections. Both come back by themselves.
 */
import type { Check } from '@app/contracts/health'
import type { Log } from '@app/log/log'
import type { Channel } from 'amqplib'
import { type AmqpConnection, keepAmqpConnection } from './amqp-connection.ts'
import { type ChannelSetup, type KeptChannel, keepChannel, openChannel } from './kept-channel.ts'
import { createPublisher, type Publisher } from './publisher.ts'

export type BrokerOptions = {
  /** `amqp://user@host:port/vhost` */
  readonly url: string
  /** wins over one in the URL */
  readonly password?: string
  /** in front of every exchange and queue, default none; tests use random ones */
  readonly prefix?: string
  /** shown in RabbitMQ's list of connections */
  readonly name?: string
  readonly log: Log
}

export type Broker = {
  readonly prefix: string
  /** the topic exchange of all events */
  readonly exchange: string
  readonly publisher: () => Publisher
  /** A channel on the consuming connection, set up anew whenever it was lost. */
  readonly keepChannel: (name: string, setup: ChannelSetup<Channel>) => KeptChannel
  readonly check: Check
  readonly close: () => Promise<void>
}

/** Connects in the background, for ever. */
export function connectBroker({ url, password, prefix = '', name = 'vestibule', log }: BrokerOptions): Broker {
  const exchange = `${prefix}events`
  const connections = new Map<string, AmqpConnection>()
  const connection = (use: 'publish' | 'consume'): AmqpConnection => {
    const known = connections.get(use)
    if (known !== undefined) return known
    const opened = keepAmqpConnection({ url, password, name: `${name} ${use}`, log })
    connections.set(use, opened)
    return opened
  }
  let publisher: Publisher | undefined
  return {
    prefix,
    exchange,
    publisher: () => {
      publisher ??= createPublisher({ connection: connection('publish'), exchange, log })
      return publisher
    },
    keepChannel: (channelName, setup) =>
      keepChannel({ connection: connection('consume'), open: openChannel, setup, name: channelName, log }),
    check: {
      name: 'broker',
      check: async () => {
        for (const use of connections.values()) {
          const trouble = use.trouble()
          if (trouble !== null) return `RabbitMQ: ${trouble}`
        }
        return null
      },
    },
    close: async () => {
      await Promise.all([...connections.values()].map((open) => open.close()))
    },
  }
}
