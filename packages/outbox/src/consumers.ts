/** Consumers: each event is handled once, in batches, whatever is killed; what fails is parked as a row and tried again. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Check } from '@app/contracts/health'
import type { Database } from '@app/db/database'
import type { Log } from '@app/log/log'
import type { Registry } from 'prom-client'
import type { Broker } from './broker.ts'
import type { Consumer } from './consume.ts'
import { consumerMetrics } from './consumer-metrics.ts'
import { startInboxPruning } from './inbox.ts'
import { startParkedRunner } from './parked-runner.ts'
import { startQueueRunner } from './queue-runner.ts'

export type ConsumersOptions = {
  readonly service: string
  readonly system: Database
  readonly broker: Broker
  readonly consumers: readonly Consumer[]
  readonly log: Log
  readonly metrics?: Registry
}

export type Consumers = { readonly stop: () => Promise<void>; readonly check: Check }

const STOP_TIMEOUT_MS = 4_000

/** Starts in the background; neither Postgres nor RabbitMQ has to be there. */
export function startConsumers({ service, system, broker, consumers, log, metrics }: ConsumersOptions): Consumers {
  const stopping = new AbortController()
  const measure = consumerMetrics(metrics)
  const queues = new Set<string>()
  const runners = consumers.map((consumer) => {
    const queue = `${broker.prefix}${queueName(service, consumer.name)}`
    if (queues.has(queue)) throw new Error(`Two consumers are called ${consumer.name}`)
    queues.add(queue)
    const work = { consumer, queue, system, log: log.child({ consumer: queue }), stopping: stopping.signal, measure }
    return { queue: startQueueRunner(work, broker), parked: startParkedRunner(work) }
  })
  const pruning = startInboxPruning(system, log)
  return {
    stop: async () => {
      stopping.abort()
      clearInterval(pruning)
      const stopped = Promise.all(runners.flatMap(({ queue, parked }) => [queue.stop(), parked.stop()]))
      await Promise.race([stopped, delay(STOP_TIMEOUT_MS, undefined, { ref: false })])
    },
    check: {
      name: 'consumers',
      check: async () => {
        const idle = runners.filter(({ queue }) => !queue.isConsuming()).length
        return idle === 0 ? null : `${idle} of ${runners.length} consumers are not connected to RabbitMQ`
      },
    },
  }
}

/** `users.identity-registered`, whether or not the name already begins with the service's. */
function queueName(service: string, name: string): string {
  return name.startsWith(`${service}.`) ? name : `${service}.${name}`
}
