import type { Database, Transaction } from '@app/db/database'
import type { Log } from '@app/log/log'
import { sql } from 'drizzle-orm'
import type { Consumer, PreparedEvent } from './consume.ts'

const KEPT_DAYS = 30
const PRUNE_BATCH = 5_000

/** Records an event as handled by this consumer; false when it was already, or when a projection has seen a newer version. */
export async function recordInInbox(tx: Transaction, consumer: Consumer, queue: string, event: PreparedEvent): Promise<boolean> {
  const first = await tx.execute(sql`
    insert into inbox (consumer, event_id) values (${queue}, ${event.id}) on conflict do nothing returning 1`)
  if (first.length === 0) return false
  if (consumer.keeps === 'every') return true
  const newer = await tx.execute(sql`
    insert into inbox_versions (consumer, subject, version) values (${queue}, ${event.subject}, ${event.version})
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
