/** A listener's queue: bound to the exchange, gone with its connection, and watched by echoes. */
import { openChannel } from '@app/outbox/kept-channel'
import type { Channel, ConsumeMessage } from 'amqplib'
import { createEchoes } from './echoes.ts'
import { type LinkOptions, openLink } from './link.ts'
import { Echo, parseJson, revocationsExchange } from './signal.ts'

export interface RevocationQueue {
  /** Why it cannot be relied upon at this moment, or null. */
  readonly trouble: () => string | null
  /** Sends an echo, and replaces the connection when none comes back: call it every 200 ms. */
  readonly tick: () => void
  /** Binds the queue again, for the case that somebody deleted the exchange: publishers then stay unheard. */
  readonly bind: () => void
  readonly close: () => Promise<void>
}

export interface RevocationQueueOptions extends LinkOptions {
  readonly name: string
  /** The JSON of a message from the exchange, null when it was none. */
  readonly receive: (content: unknown) => void
  /** Called after every echo and when the channel is lost: `trouble` may have changed. */
  readonly changed: () => void
}

/** More than this waiting means that we are far too late anyway; the oldest are dropped, and the gap tells. */
const longestQueue = 10_000

export function openRevocationQueue(options: RevocationQueueOptions): RevocationQueue {
  const { prefix = '', log, receive, changed } = options
  const exchange = revocationsExchange(prefix)
  const echoes = createEchoes(() => performance.now())
  let current: { readonly channel: Channel; readonly queue: string } | undefined

  const handle = (message: ConsumeMessage) => {
    const content = parseJson(message.content)
    if (message.fields.exchange !== '') return receive(content)
    const echo = Echo.safeParse(content)
    if (echo.success) echoes.hear(echo.data.number)
    changed()
  }
  const sendEcho = () => {
    const number = current === undefined || link.isBlocked() ? null : echoes.next()
    if (number !== null) current?.channel.sendToQueue(current.queue, Buffer.from(JSON.stringify({ kind: 'echo', number })))
  }
  const link = openLink({
    ...options,
    open: openChannel,
    setup: async (channel, closed) => {
      closed.addEventListener('abort', () => {
        if (current?.channel !== channel) return
        current = undefined
        changed()
      })
      const queue = await declareQueue(channel, exchange, (message) => {
        if (closed.aborted) return
        if (message !== null) handle(message)
        // The broker has taken the queue away: closing the channel sets up another.
        else channel.close().catch((error: unknown) => log.warn({ err: error }, 'a channel to RabbitMQ could not be closed'))
      })
      if (closed.aborted) return
      echoes.restart()
      current = { channel, queue }
      sendEcho()
    },
  })

  return {
    trouble: () => {
      if (current === undefined) return link.trouble() ?? 'no channel is open'
      return echoes.isLate() ? 'our queue is late' : null
    },
    tick: () => {
      if (current !== undefined && echoes.isStalled() && !link.isBlocked()) {
        log.warn('nothing comes back on this connection to RabbitMQ: opening another')
        link.replace()
      }
      sendEcho()
    },
    bind: () => {
      // A refusal closes the channel, and the next one is set up from the start.
      if (current !== undefined)
        bind(current.channel, current.queue, exchange).catch((error: unknown) => log.warn({ err: error }, 'a queue could not be bound'))
    },
    close: link.close,
  }
}

/** Returns the queue's name, which the broker chooses. */
async function declareQueue(channel: Channel, exchange: string, receive: (message: ConsumeMessage | null) => void): Promise<string> {
  const { queue } = await channel.assertQueue('', { exclusive: true, durable: false, autoDelete: true, maxLength: longestQueue })
  await bind(channel, queue, exchange)
  await channel.consume(queue, receive, { noAck: true, exclusive: true })
  return queue
}

async function bind(channel: Channel, queue: string, exchange: string): Promise<void> {
  await channel.assertExchange(exchange, 'fanout', { durable: true })
  await channel.bindQueue(queue, exchange, '')
}
