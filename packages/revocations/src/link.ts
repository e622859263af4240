/** A connection with one channel that comes back by itself, and that can be replaced when nothing moves on it. */
import type { Log } from '@app/log/log'
import { keepAmqpConnection } from '@app/outbox/amqp-connection'
import { type ChannelSetup, keepChannel } from '@app/outbox/kept-channel'
import type { Channel, ChannelModel } from 'amqplib'

export interface LinkOptions {
  /** `amqp://user@host:port/vhost` */
  readonly url: string
  /** Wins over one in the URL. */
  readonly password?: string | undefined
  /** In front of the exchange's name; default none. */
  readonly prefix?: string
  readonly log: Log
}

export interface Link {
  readonly trouble: () => string | null
  /** The broker takes nothing because it is short of memory or disk: another connection would not help. */
  readonly isBlocked: () => boolean
  /** Leaves the connection to its fate and opens another. */
  readonly replace: () => void
  readonly close: () => Promise<void>
}

export function openLink<C extends Channel>(
  options: LinkOptions & { readonly name: string; readonly open: (model: ChannelModel) => Promise<C>; readonly setup: ChannelSetup<C> },
): Link {
  const { url, password, name, log, open, setup } = options
  const connect = () => {
    const abandoned = new AbortController()
    const connection = keepAmqpConnection({ url, password, name, log })
    const channel = keepChannel({
      connection,
      open,
      // A connection that was replaced may still come to life: its channel counts as closed from then on.
      setup: (opened: C, closed) => setup(opened, AbortSignal.any([closed, abandoned.signal])),
      name,
      log,
    })
    return { connection, channel, abandoned }
  }
  let current = connect()
  const leave = async ({ connection, channel, abandoned }: typeof current) => {
    abandoned.abort()
    // Together: on a dead connection a channel's close is never answered, the connection's is limited in time.
    await Promise.race([Promise.all([channel.close(), connection.close()]), connection.close()])
  }
  return {
    trouble: () => current.connection.trouble(),
    isBlocked: () => current.connection.isBlocked(),
    replace: () => {
      leave(current).catch((error: unknown) => log.warn({ err: error, name }, 'a connection to RabbitMQ could not be closed'))
      current = connect()
    },
    close: () => leave(current),
  }
}
