import type { Channel } from 'amqplib'

/** A process that is killed gives its messages back, which counts as a delivery: far more of that than any crash loop makes. */
const DELIVERY_LIMIT = 100_000
const MAX_MESSAGES = 1_000_000
const MAX_BYTES = 1_000_000_000

/**
 * Declares a consumer's quorum queue with every limit written out, so that RabbitMQ 3.10 and 4.x make the same of it. A full
 * queue refuses, and the event waits in the sender's outbox. The dead-letter queue takes only what could not be parked.
 */
export async function declareQueue(
  channel: Channel,
  { prefix, exchange, queue, type }: { prefix: string; exchange: string; queue: string; type: string },
): Promise<void> {
  const deadLetters = `${prefix}dead-letters`
  const quorum = { 'x-queue-type': 'quorum', 'x-overflow': 'reject-publish', 'x-max-length': MAX_MESSAGES, 'x-max-length-bytes': MAX_BYTES }
  await channel.assertExchange(exchange, 'topic', { durable: true })
  await channel.assertExchange(deadLetters, 'fanout', { durable: true })
  await channel.assertQueue(deadLetters, { durable: true, arguments: { ...quorum, 'x-delivery-limit': DELIVERY_LIMIT } })
  await channel.bindQueue(deadLetters, deadLetters, '')
  await channel.assertQueue(queue, {
    durable: true,
    arguments: {
      ...quorum,
      'x-delivery-limit': DELIVERY_LIMIT,
      'x-dead-letter-exchange': deadLetters,
      'x-dead-letter-strategy': 'at-least-once',
    },
  })
  await channel.bindQueue(queue, exchange, type)
}
