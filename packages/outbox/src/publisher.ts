import { BrokerDown } from '@app/contracts/common-problems'
import type { Log } from '@app/log/log'
import type { ConfirmChannel } from 'amqplib'
import type { AmqpConnection } from './amqp-connection.ts'
import { keepChannel, openConfirmChannel } from './kept-channel.ts'

export type Publication = {
  readonly routingKey: string
  /** unique among what is in flight */
  readonly messageId: string
  readonly type: string
  readonly body: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** `unroutable`: the broker knows no queue for the key, and dropped the message. */
export type PublishResult = 'confirmed' | 'unroutable'

export type Publisher = {
  /**
   * Resolves with the broker's confirm.
   *
   * @throws {BrokerDown} no connection, it was lost before the confirm, or the broker refused (a queue is full)
   */
  readonly publish: (publication: Publication) => Promise<PublishResult>
  readonly isOpen: () => boolean
  /** Calls back each time a channel is ready. */
  readonly onOpen: (listener: () => void) => () => void
  readonly close: () => Promise<void>
}

/** Publishes persistent, mandatory messages with confirms, to one topic exchange that it declares. */
export function createPublisher({ connection, exchange, log }: { connection: AmqpConnection; exchange: string; log: Log }): Publisher {
  const returned = new Set<string>()
  const listeners = new Set<() => void>()
  let current: ConfirmChannel | undefined

  const kept = keepChannel({
    connection,
    open: openConfirmChannel,
    name: 'publisher',
    log,
    setup: async (channel, closed) => {
      await channel.assertExchange(exchange, 'topic', { durable: true })
      // The return of an unroutable message comes before its confirm (RabbitMQ, Publisher confirms).
      channel.on('return', ({ properties }) => {
        if (typeof properties.messageId === 'string') returned.add(properties.messageId)
      })
      closed.addEventListener('abort', () => {
        if (current === channel) current = undefined
        returned.clear()
      })
      current = channel
      for (const listener of listeners) listener()
    },
  })

  const publish = ({ routingKey, messageId, type, body, headers }: Publication): Promise<PublishResult> =>
    new Promise((resolve, reject) => {
      if (current === undefined || connection.isBlocked()) throw BrokerDown(connection.trouble() ?? undefined)
      const options = { messageId, type, headers, mandatory: true, persistent: true, contentType: 'application/cloudevents+json' }
      // When the channel or connection is lost, amqplib calls back everything unconfirmed with an error.
      current.publish(exchange, routingKey, body, options, (error: unknown) => {
        if (error !== null && error !== undefined) reject(BrokerDown('The broker did not take a message', { cause: error }))
        else resolve(returned.delete(messageId) ? 'unroutable' : 'confirmed')
      })
    })

  return {
    publish,
    isOpen: () => current !== undefined && !connection.isBlocked(),
    onOpen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: kept.close,
  }
}
