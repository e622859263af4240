import type { Connection } from '@app/db/connection'
import type { Database } from '@app/db/database'
import { and, asc, eq, lte, notInArray, sql } from 'drizzle-orm'
import { type Failure, retryDelaySeconds } from './failure.ts'
import { type Mail, mails } from './schema.ts'

const RETENTION_DAYS = 30
const REMOVE_BATCH = 2_000
/** Advisory locks are numbers; the first of two names what they are about. */
const MAIL_LOCKS = 73_051

/** Ids of mails that are due, oldest first. */
export async function dueMails(system: Database, except: readonly string[], limit: number): Promise<string[]> {
  const due = await system.db
    .select({ id: mails.id })
    .from(mails)
    .where(
      and(eq(mails.state, 'waiting'), lte(mails.runAt, sql`now()`), ...(except.length === 0 ? [] : [notInArray(mails.id, [...except])])),
    )
    // Somebody waits for a code; the rest can wait.
    .orderBy(asc(sql`${mails.code} is null`), asc(mails.runAt))
    .limit(limit)
  return due.map(({ id }) => id)
}

/**
 * Takes a mail for this process: an advisory lock on its own connection, which is gone with the process, so that a killed one
 * leaves nothing to wait for. Null when another has it or it is no longer due.
 */
export async function takeMail(session: Connection, system: Database, id: string): Promise<Mail | null> {
  const rows = await session.run('select pg_try_advisory_lock($1, hashtext($2)) as taken', [MAIL_LOCKS, id])
  if (rows[0]?.['taken'] !== true) return null
  const [mail] = await system.db
    .update(mails)
    .set({ attempts: sql`${mails.attempts} + 1` })
    .where(and(eq(mails.id, id), eq(mails.state, 'waiting'), lte(mails.runAt, sql`now()`)))
    .returning()
  if (mail === undefined) await giveBackMail(session, id)
  return mail ?? null
}

export async function giveBackMail(session: Connection, id: string): Promise<void> {
  await session.run('select pg_advisory_unlock($1, hashtext($2))', [MAIL_LOCKS, id])
}

/** The person whom a mail was for is not there (any more). */
export const noSuchUser = 'no such user'

/** Finished: what identifies a person or opens an account is blanked; of whom users does not know, everything that names them. */
export async function finishMail(system: Database, id: string, state: 'sent' | 'dropped' | 'dead', reason: string | null): Promise<void> {
  await system.db
    .update(mails)
    .set({
      state,
      reason,
      finishedAt: sql`now()`,
      recipient: null,
      code: null,
      link: null,
      ...(reason === noSuchUser ? { userId: null, dedupeKey: null } : {}),
    })
    .where(eq(mails.id, id))
}

/** An attempt during an outage does not count. */
export async function postponeMail(system: Database, mail: Mail, { fate, reason }: Failure): Promise<void> {
  const delayS = retryDelaySeconds(mail.attempts, fate)
  await system.db
    .update(mails)
    .set({ runAt: sql`now() + ${delayS} * interval '1 second'`, reason, attempts: fate === 'outage' ? mail.attempts - 1 : mail.attempts })
    .where(eq(mails.id, mail.id))
}

export async function removeOldMails(system: Database): Promise<void> {
  let removed: number
  do {
    const rows = await system.db.execute(sql`
      delete from mails where id in (
        select id from mails where state <> 'waiting' and finished_at < now() - ${RETENTION_DAYS} * interval '1 day' limit ${REMOVE_BATCH})
      returning 1`)
    removed = rows.length
  } while (removed === REMOVE_BATCH)
}

export async function countMails(system: Database): Promise<{ waiting: number; dead: number }> {
  const [row] = await system.db
    .select({
      waiting: sql<number>`count(*) filter (where ${mails.state} = 'waiting')`.mapWith(Number),
      dead: sql<number>`count(*) filter (where ${mails.state} = 'dead')`.mapWith(Number),
    })
    .from(mails)
  return row ?? { waiting: 0, dead: 0 }
}
