/** Messages to an address: stored with what causes them, handed to notifications afterwards, as often as it takes. */
import { acceptMessage, type Message } from '@app/contracts/internal-messages'
import type { Transaction } from '@app/db/database'
import { newId } from '@app/db/id'
import { asc, eq, inArray, lte, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { outgoingMessages } from './tables.ts'

const batch = 20
/** How long another instance leaves a message alone that one is sending. */
const leaseSeconds = 10
const maxDelaySeconds = 60

type Draft = Pick<Message, 'kind' | 'recipient' | 'locale'> & Partial<Pick<Message, 'code' | 'link' | 'expiresInMinutes'>>

/** Sent once the transaction has committed. */
export async function queueMessage(tx: Transaction, draft: Draft): Promise<void> {
  const id = newId()
  await tx.insert(outgoingMessages).values({ id, message: { code: null, link: null, expiresInMinutes: null, ...draft, id } })
}

/**
 * One round over what is due. What notifications does not take is tried again, at most once a minute.
 *
 * @returns how many were taken up
 */
export async function sendMessages({ system, notifications, log }: Pick<Deps, 'system' | 'notifications' | 'log'>): Promise<number> {
  const due = system.db
    .select({ id: outgoingMessages.id })
    .from(outgoingMessages)
    .where(lte(outgoingMessages.dueAt, sql`now()`))
    .orderBy(asc(outgoingMessages.dueAt))
    .limit(batch)
    .for('update', { skipLocked: true })
  const taken = await system.db
    .update(outgoingMessages)
    .set({
      attempts: sql`${outgoingMessages.attempts} + 1`,
      dueAt: sql`now() + least(${leaseSeconds} * power(1.5, least(${outgoingMessages.attempts}, 10)), ${maxDelaySeconds}) * interval '1 second'`,
    })
    .where(inArray(outgoingMessages.id, due))
    .returning()
  await Promise.all(
    taken.map(async ({ id, message, attempts }) => {
      try {
        await notifications.call(acceptMessage, { body: message })
        await system.db.delete(outgoingMessages).where(eq(outgoingMessages.id, id))
      } catch (error) {
        if (attempts === 1) log.warn({ err: error, messageId: id, kind: message.kind }, 'a message was not taken yet')
      }
    }),
  )
  return taken.length
}
