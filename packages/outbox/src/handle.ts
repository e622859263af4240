import type { Database, Transaction } from '@app/db/database'
import type { Log } from '@app/log/log'
import { sql } from 'drizzle-orm'
import type { Consumer, PreparedEvent } from './consume.ts'
import { recordInInbox } from './inbox.ts'
import { readBody } from './message.ts'
import type { ParkedEvent } from './parked.ts'

/** One consumer at work. */
export type Work = {
  readonly consumer: Consumer
  readonly queue: string
  readonly system: Database
  readonly log: Log
  readonly stopping: AbortSignal
}

const HANDLER_TIMEOUT_MS = 20_000

/** Handles several events in one transaction: all of them or none. */
export async function handleTogether(work: Work, bodies: readonly Buffer[]): Promise<void> {
  const { system, stopping } = work
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(HANDLER_TIMEOUT_MS)])
  const events = await Promise.all(bodies.map((body) => prepare(work, body, signal)))
  await system.db.transaction(async (tx) => {
    await handleNew(work, events, tx, signal)
  })
}

/** Handles a parked event and removes its row with it. */
export async function handleParked(work: Work, parked: ParkedEvent): Promise<void> {
  const signal = AbortSignal.any([work.stopping, AbortSignal.timeout(HANDLER_TIMEOUT_MS)])
  const event = await prepare(work, parked.body, signal)
  await work.system.db.transaction(async (tx) => {
    await handleNew(work, [event], tx, signal)
    await tx.execute(sql`delete from parked_events where id = ${parked.id}`)
  })
}

async function prepare({ consumer, log }: Work, body: Buffer, signal: AbortSignal): Promise<PreparedEvent> {
  return await consumer.prepare(readBody(body), { signal, log })
}

async function handleNew(
  { consumer, queue, log }: Work,
  events: readonly PreparedEvent[],
  tx: Transaction,
  signal: AbortSignal,
): Promise<void> {
  for (const event of await recordInInbox(tx, consumer, queue, events)) {
    await event.handle({ tx, signal, log: log.child({ eventId: event.id }) })
  }
}
