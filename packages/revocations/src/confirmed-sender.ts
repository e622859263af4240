/** Sends signals with a running number and waits for the broker's confirm. */
import { randomUUID } from 'node:crypto'
import { openConfirmChannel } from '@app/outbox/kept-channel'
import type { ConfirmChannel } from 'amqplib'
import { type LinkOptions, openLink } from './link.ts'
import { type Revocation, revocationsExchange, type Signal } from './signal.ts'
import { stalledAfterMs } from './timing.ts'

export type SignalContent = { readonly kind: 'beat' | 'bye' } | { readonly kind: 'purge'; readonly revocation: Revocation }

export interface ConfirmedSender {
  /** Resolves with the broker's confirm; rejects when there is no channel, or it is lost before the confirm. */
  readonly send: (content: SignalContent) => Promise<void>
  readonly trouble: () => string | null
  /** Replaces the connection when nothing is confirmed on it. */
  readonly replaceStalled: () => void
  readonly close: () => Promise<void>
}

export interface ConfirmedSenderOptions extends LinkOptions {
  readonly publisherId: string
  /** Called each time a channel is ready. */
  readonly opened: () => void
}

export function createConfirmedSender(options: ConfirmedSenderOptions): ConfirmedSender {
  const { publisherId, prefix = '', log, opened } = options
  const exchange = revocationsExchange(prefix)
  // Sorts by the time of its start, so that listeners can tell a restart from a second process.
  const incarnation = `${Date.now().toString(36).padStart(9, '0')}-${randomUUID()}`
  /** Of what is not confirmed yet, by number, oldest first. */
  const sentAt = new Map<number, number>()
  let current: ConfirmChannel | undefined
  let number = 0

  const link = openLink({
    ...options,
    name: `${publisherId} revocations out`,
    open: openConfirmChannel,
    setup: async (channel, closed) => {
      closed.addEventListener('abort', () => {
        if (current === channel) current = undefined
      })
      await channel.assertExchange(exchange, 'fanout', { durable: true })
      if (closed.aborted) return
      sentAt.clear()
      current = channel
      opened()
    },
  })
  const trouble = () => link.trouble() ?? (current === undefined ? 'no channel is open' : null)

  return {
    trouble,
    send: (content) =>
      new Promise((resolve, reject) => {
        const reason = trouble()
        if (current === undefined || reason !== null) return reject(new Error(reason ?? 'no channel is open'))
        number += 1
        const signal: Signal = { publisher: publisherId, incarnation, number, ...content }
        sentAt.set(signal.number, performance.now())
        current.publish(exchange, '', Buffer.from(JSON.stringify(signal)), { contentType: 'application/json' }, (error: unknown) => {
          sentAt.delete(signal.number)
          if (error === null || error === undefined) resolve()
          else reject(new Error('the broker did not take it', { cause: error }))
        })
      }),
    replaceStalled: () => {
      const [oldest] = sentAt.values()
      if (oldest === undefined || performance.now() - oldest <= stalledAfterMs || link.isBlocked()) return
      log.warn({ publisherId }, 'RabbitMQ confirms nothing on this connection: opening another')
      sentAt.clear()
      link.replace()
    },
    close: link.close,
  }
}
