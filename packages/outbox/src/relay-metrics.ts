import type { Connection } from '@app/db/connection'
import { Counter, Gauge, type Registry } from 'prom-client'
import { z } from 'zod'

export type RelayMetrics = {
  /** After a batch: how much was confirmed, and what is left. */
  readonly measured: (session: Connection, confirmed: number) => Promise<void>
  /** While the broker is away: what is left. */
  readonly waiting: (session: Connection) => Promise<void>
  readonly trouble: () => string | null
}

const Left = z.object({ unsent: z.coerce.number(), unroutable: z.coerce.number(), types: z.string().nullable() })
const LEFT = `
  select count(*) as unsent, count(unroutable_since) as unroutable,
    string_agg(distinct type, ', ') filter (where unroutable_since is not null) as types
  from (select type, unroutable_since from outbox limit 10000) as counted`
/** Counting is not free; a scrape interval is longer than this. */
const MEASURE_EVERY_MS = 2_000

export function relayMetrics(service: string, registry: Registry | undefined): RelayMetrics {
  const registers = registry === undefined ? [] : [registry]
  const published = new Counter({ name: 'outbox_published_total', help: 'Events confirmed by the broker', registers })
  const unsent = new Gauge({ name: 'outbox_unsent', help: 'Events not yet confirmed (counted up to 10 000)', registers })
  const unroutable = new Gauge({ name: 'outbox_unroutable', help: 'Events that nobody is bound to', registers })
  let left = { unsent: 0, unroutable: 0, types: '' }
  let brokerAway = false
  let measuredAt = 0

  const measure = async (session: Connection): Promise<void> => {
    if (performance.now() - measuredAt < MEASURE_EVERY_MS) return
    measuredAt = performance.now()
    const rows = await session.run(LEFT)
    const row = Left.parse(rows[0])
    left = { unsent: row.unsent, unroutable: row.unroutable, types: row.types ?? '' }
    unsent.set(left.unsent)
    unroutable.set(left.unroutable)
  }

  return {
    measured: async (session, confirmed) => {
      brokerAway = false
      published.inc(confirmed)
      await measure(session)
    },
    waiting: async (session) => {
      brokerAway = true
      await measure(session)
    },
    trouble: () => {
      if (left.unroutable > 0) return `${left.unroutable} events of ${service} that nobody is bound to: ${left.types}`
      if (brokerAway && left.unsent > 0) return `${left.unsent} events of ${service} wait for RabbitMQ`
      return null
    },
  }
}
