import { newId } from '@app/db/id'
import type { EventContract } from '@app/events/define-event'
import { sql } from 'drizzle-orm'
import type { z } from 'zod'

/** The channel of NOTIFY that wakes the relay. */
export const OUTBOX_CHANNEL = 'outbox'

/** What of an open transaction is used; `db` itself has no `rollback`, so it does not compile. */
export type OpenTransaction = { execute(query: ReturnType<typeof sql>): PromiseLike<unknown>; rollback(): never }

export type Enqueued<D extends z.ZodObject> = {
  /** the aggregate's id */
  readonly subject: string
  /** of the aggregate after this change, from 1 */
  readonly version: number
  readonly data: z.input<D>
  /** who did it; only users are named in events */
  readonly actor?: { readonly kind: string; readonly userId?: string; readonly actedById?: string } | null
  readonly tenantId?: string | undefined
  readonly requestId?: string | undefined
  readonly traceparent?: string | undefined
}

/**
 * Stores an event with the change it tells about, to be published after the commit.
 *
 * @returns the event's id
 * @throws {z.ZodError} the data breaks the contract
 */
export async function enqueue<D extends z.ZodObject>(tx: OpenTransaction, contract: EventContract<D>, event: Enqueued<D>): Promise<string> {
  const id = newId()
  const body = contract.parse({
    specversion: '1.0',
    id,
    source: contract.source,
    type: contract.type,
    subject: event.subject,
    time: new Date().toISOString(),
    version: event.version,
    data: event.data,
    tenantid: event.tenantId,
    actorid: event.actor?.userId,
    actedbyid: event.actor?.actedById,
    requestid: event.requestId,
    traceparent: event.traceparent,
  })
  await tx.execute(sql`
    with stored as (
      insert into outbox (id, type, subject, version, body)
      values (${id}, ${contract.type}, ${event.subject}, ${event.version}, ${JSON.stringify(body)}::jsonb)
    )
    select pg_notify(${OUTBOX_CHANNEL}, '')`)
  return id
}
