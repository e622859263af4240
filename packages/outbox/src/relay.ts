/** The relay: publishes a service's outbox, one relay per service at a time, and removes a row after the broker's confirm. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Check } from '@app/contracts/health'
import type { Connection } from '@app/db/connection'
import type { Database } from '@app/db/database'
import type { Log } from '@app/log/log'
import type { Registry } from 'prom-client'
import type { Broker } from './broker.ts'
import { OUTBOX_CHANNEL } from './enqueue.ts'
import { publishBatch } from './relay-batch.ts'
import { type RelayMetrics, relayMetrics } from './relay-metrics.ts'
import { createWaker, type Waker } from './waker.ts'

export type RelayOptions = {
  readonly service: string
  readonly system: Database
  readonly broker: Broker
  readonly log: Log
  readonly metrics?: Registry
}

export type Relay = { readonly stop: () => Promise<void>; readonly check: Check }

/** Held on a connection of its own: it ends with the process, so another relay takes over at once. */
const RELAY_LOCK = 7_305_102_503
const STANDBY_MS = 1_000
const POLL_MS = 1_000
const AFTER_FAILURE_MS = 500
const STOP_TIMEOUT_MS = 3_000

/** Starts in the background; neither Postgres nor RabbitMQ has to be there. */
export function startRelay({ service, system, broker, log, metrics }: RelayOptions): Relay {
  const stopping = new AbortController()
  const waker = createWaker()
  const publisher = broker.publisher()
  const forget = publisher.onOpen(waker.wake)
  const measure = relayMetrics(service, metrics)
  const deps: RelayDeps = { system, broker, log, measure, waker, stopping: stopping.signal }
  const running = run(deps)
  return {
    stop: async () => {
      stopping.abort()
      forget()
      waker.wake()
      await Promise.race([running, delay(STOP_TIMEOUT_MS, undefined, { ref: false })])
    },
    check: {
      name: 'outbox',
      required: false,
      check: async () => measure.trouble(),
    },
  }
}

type RelayDeps = {
  readonly system: Database
  readonly broker: Broker
  readonly log: Log
  readonly measure: RelayMetrics
  readonly waker: Waker
  readonly stopping: AbortSignal
}

async function run(deps: RelayDeps): Promise<void> {
  while (!deps.stopping.aborted) {
    try {
      await withSession(deps)
    } catch (error) {
      deps.log.warn({ err: error }, 'The relay starts over')
    }
    await deps.waker.wait(AFTER_FAILURE_MS)
  }
}

async function withSession(deps: RelayDeps): Promise<void> {
  const session = await deps.system.openSession(() => deps.waker.wake())
  try {
    await becomeActive(session, deps)
    // Whatever was missed before is seen by the first read after this.
    await session.run(`listen ${OUTBOX_CHANNEL}`)
    while (!deps.stopping.aborted && session.isAlive()) {
      const more = await drain(session, deps)
      if (!more) await deps.waker.wait(POLL_MS)
    }
  } finally {
    await session.close()
  }
}

async function becomeActive(session: Connection, { stopping, waker, log }: RelayDeps): Promise<void> {
  while (!stopping.aborted) {
    const rows = await session.run(`select pg_try_advisory_lock(${RELAY_LOCK}) as active`)
    if (rows[0]?.['active'] === true) {
      log.debug('The relay is active')
      return
    }
    await waker.wait(STANDBY_MS)
  }
}

/** @returns whether there may be more to publish right away */
async function drain(session: Connection, deps: RelayDeps): Promise<boolean> {
  if (!deps.broker.publisher().isOpen()) {
    await deps.measure.waiting(session)
    return false
  }
  const { confirmed, failed } = await publishBatch(session, deps)
  await deps.measure.measured(session, confirmed)
  return confirmed > 0 && !failed
}
