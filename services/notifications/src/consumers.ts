import { newId } from '@app/db/id'
import { userRegistered } from '@app/events/user-registered'
import { consume } from '@app/outbox/consume'
import { sql } from 'drizzle-orm'
import { MAILS_CHANNEL } from './courier.ts'
import { mails } from './schema.ts'

export const consumers = [
  consume(userRegistered, 'notifications.user-registered', async ({ id, subject, requestid }, { tx }) => {
    const dedupeKey = `welcome ${subject}`
    await tx
      .insert(mails)
      .values({
        id: newId(),
        kind: 'welcome',
        dedupeKey,
        messageKey: `welcome.${id}`,
        userId: subject,
        locale: 'en',
        requestId: requestid ?? null,
      })
      .onConflictDoNothing({ target: mails.dedupeKey })
    await tx.execute(sql`select pg_notify(${MAILS_CHANNEL}, '')`)
  }),
]
