import { isDatabaseDown } from '@app/db/errors'
import type { Channel } from 'amqplib'
import type { Broker } from './broker.ts'
import type { ConsumerMetrics } from './consumer-metrics.ts'
import { handleTogether, type Work } from './handle.ts'
import { type Received, received } from './message.ts'
import { park } from './parked.ts'
import { declareQueue } from './queue.ts'
import { createWaker, pause, type Waker } from './waker.ts'

export type MeasuredWork = Work & { readonly measure: ConsumerMetrics }
export type QueueRunner = { readonly isConsuming: () => boolean; readonly stop: () => Promise<void> }

const BATCH = 50
const PREFETCH = 100
const DATABASE_RETRY_MS = 300
/** So often one batch is tried again because Postgres was away before it counts as failed. */
const MAX_OUTAGES = 5
/** Returned this often, a message may be what kills the process: it is parked before it is tried again, alone and backing off. */
const SUSPICIOUS_RETURNS = 5

/** Takes a queue's messages in batches and acknowledges them after the commit. */
export function startQueueRunner(work: MeasuredWork, broker: Broker): QueueRunner {
  const waiting: Received[] = []
  const waker = createWaker()
  let consuming: Channel | undefined

  const kept = broker.keepChannel(work.queue, async (channel, closed) => {
    closed.addEventListener('abort', () => {
      if (consuming === channel) consuming = undefined
    })
    await declareQueue(channel, { prefix: broker.prefix, exchange: broker.exchange, queue: work.queue, type: work.consumer.type })
    await channel.prefetch(PREFETCH)
    await channel.consume(work.queue, (message) => {
      // The broker ended the subscription (queue deleted, leader lost); closing the channel brings a new one.
      if (message === null) {
        void channel.close().catch(() => {})
        return
      }
      waiting.push(received(message, channel, closed))
      waker.wake()
    })
    consuming = channel
  })

  const running = run(work, waiting, waker)
  return {
    isConsuming: () => consuming !== undefined,
    stop: async () => {
      waker.wake()
      await running
      await kept.close()
    },
  }
}

async function run(work: MeasuredWork, waiting: Received[], waker: Waker): Promise<void> {
  while (!work.stopping.aborted) {
    if (waiting.length === 0) await waker.wait(60_000)
    const batch = waiting.splice(0, BATCH).filter((message) => !message.isTakenBack())
    const suspicious = new Set(batch.filter(({ returns }) => returns >= SUSPICIOUS_RETURNS))
    for (const message of suspicious) await settleFailed(work, message, new Error('Given back several times without an answer'))
    await handleBatch(
      work,
      batch.filter((message) => !suspicious.has(message)),
    )
  }
}

async function handleBatch(work: MeasuredWork, batch: readonly Received[]): Promise<void> {
  const [first, ...others] = batch
  if (first === undefined || work.stopping.aborted) return
  const startedAt = performance.now()
  const failure = await attempt(work, batch)
  if (failure === undefined) {
    work.measure.handled(work.queue, batch.length, (performance.now() - startedAt) / 1_000)
    for (const message of batch) message.acknowledge()
  } else if (others.length === 0) await settleFailed(work, first, failure)
  else for (const message of batch) await handleBatch(work, [message])
}

/**
 * While Postgres is away the messages are held and tried again; a statement that times out although Postgres answers is the
 * event's own failure.
 *
 * @returns why it failed
 */
async function attempt(work: MeasuredWork, batch: readonly Received[]): Promise<unknown> {
  for (let outages = 0; ; outages += 1) {
    try {
      await handleTogether(
        work,
        batch.map(({ body }) => body),
      )
      return undefined
    } catch (error) {
      if (!isDatabaseDown(error) || outages === MAX_OUTAGES || work.stopping.aborted) return error
    }
    await databaseIsBack(work)
  }
}

async function databaseIsBack({ system, stopping, log }: MeasuredWork): Promise<void> {
  while (!stopping.aborted) {
    try {
      await system.check.check()
      return
    } catch (error) {
      log.debug({ err: error }, 'Events wait for Postgres')
      await pause(DATABASE_RETRY_MS, stopping)
    }
  }
}

/** Parks one event and acknowledges it. While Postgres is away it is held: there is nowhere to put it. */
async function settleFailed(work: MeasuredWork, message: Received, error: unknown): Promise<void> {
  const { system, consumer, queue, log, measure } = work
  while (!work.stopping.aborted) {
    try {
      const fate = await park(system, consumer, queue, message.body, error)
      measure.parked(queue, fate)
      log[fate === 'dead' ? 'error' : 'warn']({ err: error, fate }, 'An event could not be handled and was parked')
      message.acknowledge()
      return
    } catch (parkingError) {
      if (!isDatabaseDown(parkingError)) {
        log.error({ err: parkingError }, 'An event could not even be parked and goes to the dead-letter queue')
        message.reject()
        return
      }
      await databaseIsBack(work)
    }
  }
}
