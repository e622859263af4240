/** Notices: what the owner of an account hears because an event says that it happened. */
import type { Transaction } from '@app/db/database'
import { newId } from '@app/db/id'
import { sql } from 'drizzle-orm'
import { MAILS_CHANNEL } from './courier.ts'
import type { NoticeKind } from './kinds.ts'
import { mails } from './schema.ts'

interface Cause {
  readonly id: string
  readonly subject: string
  readonly time: string
  readonly requestid?: string | undefined
}

/** One mail for each event; the address is asked from users when it is sent. */
export async function queueNotice(tx: Transaction, { id, subject, time, requestid }: Cause, kind: NoticeKind): Promise<void> {
  await tx
    .insert(mails)
    .values({
      id: newId(),
      kind,
      dedupeKey: `notice ${id} ${kind}`,
      messageKey: `${kind}.${id}`,
      userId: subject,
      locale: 'en',
      occurredAt: new Date(time),
      requestId: requestid ?? null,
    })
    .onConflictDoNothing({ target: mails.dedupeKey })
  await tx.execute(sql`select pg_notify(${MAILS_CHANNEL}, '')`)
}
