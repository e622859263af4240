import { Counter, Histogram, type Registry } from 'prom-client'

export type ConsumerMetrics = {
  readonly handled: (queue: string, events: number, seconds: number) => void
  readonly parked: (queue: string, fate: 'waiting' | 'dead') => void
}

export function consumerMetrics(registry: Registry | undefined): ConsumerMetrics {
  const registers = registry === undefined ? [] : [registry]
  const handled = new Counter({
    name: 'consumer_handled_total',
    help: 'Events handled, repeats included',
    labelNames: ['consumer'],
    registers,
  })
  const failed = new Counter({
    name: 'consumer_failed_total',
    help: 'Failed attempts by what became of the event',
    labelNames: ['consumer', 'fate'],
    registers,
  })
  const seconds = new Histogram({
    name: 'consumer_batch_seconds',
    help: 'Time per transaction of a consumer',
    labelNames: ['consumer'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  })
  return {
    handled: (consumer, events, took) => {
      handled.inc({ consumer }, events)
      seconds.observe({ consumer }, took)
    },
    parked: (consumer, fate) => failed.inc({ consumer, fate }),
  }
}
