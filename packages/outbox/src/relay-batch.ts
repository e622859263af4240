import type { Connection } from '@app/db/connection'
import type { Log } from '@app/log/log'
import { z } from 'zod'
import type { Broker } from './broker.ts'
import type { PublishResult } from './publisher.ts'

const BATCH = 500
/** An aggregate is published one by one, so a busy one must not hold up the batch. */
const PER_AGGREGATE = 20
const UNROUTABLE_RETRY_S = 1
const UNROUTABLE_RETRY_MAX_S = 4

const OutboxRow = z.object({ id: z.uuid(), type: z.string(), subject: z.uuid(), body: z.string() })
type OutboxRow = z.infer<typeof OutboxRow>

/** The subjects of the oldest rows, and of each its first versions; nothing of a subject whose first event has to wait. */
const READ = `
  with subjects as (
    select distinct subject from (
      select subject from outbox where next_try_at <= now() order by sequence limit ${BATCH}
    ) as oldest
  ), ranked as (
    select id, type, subject, version, sequence, body, next_try_at,
      row_number() over (partition by subject order by version, sequence) as place
    from outbox where subject in (select subject from subjects)
  )
  select id, type, subject, body::text as body from ranked
  where place <= ${PER_AGGREGATE}
    and not exists (select from ranked as first where first.subject = ranked.subject and first.place = 1 and first.next_try_at > now())
  order by subject, place`

const DELETE = 'delete from outbox where id = any($1::text[]::uuid[])'

/** Later events of the same aggregate wait with it. */
const POSTPONE = `
  with waiting as (
    select subject, coalesce(min(unroutable_since), now()) as since from outbox
    where subject in (select subject from outbox where id = any($1::text[]::uuid[])) group by subject
  )
  update outbox set
    unroutable_since = case when id = any($1::text[]::uuid[]) then waiting.since else unroutable_since end,
    next_try_at = now() + interval '1 second'
      * least(${UNROUTABLE_RETRY_MAX_S}, greatest(${UNROUTABLE_RETRY_S}, extract(epoch from now() - waiting.since)))
  from waiting where outbox.subject = waiting.subject`

type Outcome = { readonly confirmed: string[]; readonly unroutable: OutboxRow[]; failure: unknown }

/** Publishes what is due: aggregates side by side, each in version order, the next version only after the confirm. */
export async function publishBatch(
  session: Connection,
  { broker, log }: { broker: Broker; log: Log },
): Promise<{ confirmed: number; failed: boolean }> {
  const rows = z.array(OutboxRow).parse([...(await session.run(READ))])
  const outcome: Outcome = { confirmed: [], unroutable: [], failure: undefined }
  const bySubject = Map.groupBy(rows, ({ subject }) => subject)
  await Promise.all([...bySubject.values()].map((aggregate) => publishInOrder(aggregate, broker, outcome)))
  if (outcome.confirmed.length > 0) await session.run(DELETE, [outcome.confirmed])
  if (outcome.unroutable.length > 0) {
    await session.run(POSTPONE, [outcome.unroutable.map(({ id }) => id)])
    for (const type of new Set(outcome.unroutable.map((row) => row.type))) {
      log.warn({ type }, 'Nobody is bound to an event: it stays in the outbox and is tried again')
    }
  }
  if (outcome.failure !== undefined) log.warn({ err: outcome.failure }, 'Events could not be published; they stay in the outbox')
  return { confirmed: outcome.confirmed.length, failed: outcome.failure !== undefined }
}

async function publishInOrder(rows: readonly OutboxRow[], broker: Broker, outcome: Outcome): Promise<void> {
  for (const row of rows) {
    let result: PublishResult
    try {
      result = await broker.publisher().publish({ routingKey: row.type, messageId: row.id, type: row.type, body: Buffer.from(row.body) })
    } catch (error) {
      outcome.failure = error
      return
    }
    if (result === 'unroutable') {
      outcome.unroutable.push(row)
      return
    }
    outcome.confirmed.push(row.id)
  }
}
