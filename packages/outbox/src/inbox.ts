import type { Database, Transaction } from '@app/db/database'
import type { Log } from '@app/log/log'
import { sql } from 'drizzle-orm'
import type { Consumer, PreparedEvent } from './consume.ts'

const KEPT_DAYS = 30
const PRUNE_BATCH = 5_000

/** Records events as handled by this consumer; answers those that were not yet, each once, in the order given. */
export async function recordInInbox(
  tx: Transaction,
  consumer: Consumer,
  queue: string,
  events: readonly PreparedEvent[],
): Promise<PreparedEvent[]> {
  const ids = events.map(({ id }) => id)
  const rows = await tx.execute<{ id: string }>(sql`
    insert into inbox (consumer, event_id) select ${queue}, unnest(${sql.param(ids)}::text[]::uuid[])
    on conflict do nothing returning event_id as id`)
  const recorded = new Set(rows.map(({ id }) => id))
  // Postgres answers in lower case, whatever the event had.
  const first = events.filter(({ id }) => recorded.delete(id.toLowerCase()))
  if (consumer.keeps === 'every') return first
  const newer: PreparedEvent[] = []
  for (const event of first) if (await isNewest(tx, queue, event)) newer.push(event)
  return newer
}

async function isNewest(tx: Transaction, queue: string, { subject, version }: PreparedEvent): Promise<boolean> {
  const newer = await tx.execute(sql`
    insert into inbox_versions (consumer, subject, version) values (${queue}, ${subject}, ${version})
    on conflict (consumer, subject) do update set version = excluded.version where inbox_versions.version < excluded.version
    returning 1`)
  return newer.length > 0
}

/** Forgets ids so old that no repeat can come any more. */
async function pruneInbox(system: Database): Promise<void> {
  let removed: number
  do {
    const rows = await system.db.execute(sql`
      delete from inbox where ctid = any(array(
        select ctid from inbox where handled_at < now() - ${KEPT_DAYS} * interval '1 day' limit ${PRUNE_BATCH})) returning 1`)
    removed = rows.length
  } while (removed === PRUNE_BATCH)
}

const PRUNE_EVERY_MS = 3_600_000

export function startInboxPruning(system: Database, log: Log): NodeJS.Timeout {
  return setInterval(() => {
    pruneInbox(system).catch((error: unknown) => log.warn({ err: error }, 'Old inbox ids could not be removed'))
  }, PRUNE_EVERY_MS).unref()
}
