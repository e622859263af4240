import { createHash } from 'node:crypto'
import { type CourierMessage, MailNotKnown } from '@app/contracts/internal-notifications'
import type { Database } from '@app/db/database'
import { newId } from '@app/db/id'
import type { Log } from '@app/log/log'
import { and, eq, lt, sql } from 'drizzle-orm'
import { isMailAddress, isPhoneNumber } from './address.ts'
import { carriesCode, isCourierKind, isSmsKind } from './kinds.ts'
import { closestLocale } from './locale.ts'
import { mails } from './schema.ts'

export type CourierDeps = { readonly app: Database; readonly publicOrigin: string; readonly log: Log }

/** The channel of NOTIFY that wakes the senders. */
export const MAILS_CHANNEL = 'mails'

/** A code is good for an hour at most, so after this the same one is a new message. */
const REPEAT_HOURS = 2
/** Without a code nothing tells a repeat from a second request; Kratos repeats within seconds. */
const REPEAT_WITHOUT_CODE_MINUTES = 1

const CODE = /^[0-9A-Za-z-]{1,64}$/

/**
 * Takes a message of Kratos' courier into the queue; once this resolves, it is committed. A repeat is taken, and changes nothing.
 *
 * @throws {MailNotKnown} we have no text for the template, or it lacks its code. Kratos keeps the message and asks again each
 * second for as long as `courier.message_retries` says, so that a newer version can still send it.
 */
export async function acceptMessage({ app, publicOrigin, log }: CourierDeps, message: CourierMessage, requestId: string): Promise<void> {
  const { template, code } = message
  if (!isCourierKind(template)) {
    log.error({ template: template.slice(0, 100), messageType: message.messageType }, 'Kratos sent a template that has no text here')
    throw MailNotKnown(`No text for the template ${template}`)
  }
  if (carriesCode(template) && !CODE.test(code ?? '')) {
    log.error({ template }, 'Kratos sent a template without its code')
    throw MailNotKnown(`The template ${template} lacks its code`)
  }
  const channel = message.messageType === 'sms' ? 'sms' : 'mail'
  const sendable = channel === 'sms' ? isSmsKind(template) && isPhoneNumber(message.recipient) : isMailAddress(message.recipient)
  if (!sendable) log.warn({ template, channel }, 'Kratos sent a message to what is no address of its kind')
  const dedupeKey = hash('courier', message.recipient, template, code ?? '')
  const id = newId()
  await app.db.transaction(async (tx) => {
    await tx
      .update(mails)
      .set({ dedupeKey: null })
      .where(and(eq(mails.dedupeKey, dedupeKey), lt(mails.createdAt, repeatsSince(code))))
    const stored = await tx
      .insert(mails)
      .values({
        id,
        kind: template,
        channel,
        dedupeKey,
        messageKey: id,
        recipientHash: recipientHash(message.recipient),
        locale: closestLocale(message.locale),
        expiresInMinutes: message.expiresInMinutes === null ? null : Math.ceil(message.expiresInMinutes),
        requestId,
        ...(sendable
          ? { recipient: message.recipient, code, link: ownLink(message.link, publicOrigin) }
          : { state: 'dead', reason: channel === 'sms' ? 'not a phone number' : 'not a mail address', finishedAt: new Date() }),
      })
      .onConflictDoNothing({ target: mails.dedupeKey })
      .returning({ id: mails.id })
    if (stored.length === 0) log.info({ template }, 'Kratos repeated a message that is already taken')
    await tx.execute(sql`select pg_notify(${MAILS_CHANNEL}, '')`)
  })
}

function repeatsSince(code: string | null) {
  return code === null
    ? sql`now() - ${REPEAT_WITHOUT_CODE_MINUTES} * interval '1 minute'`
    : sql`now() - ${REPEAT_HOURS} * interval '1 hour'`
}

function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

export function recipientHash(recipient: string): string {
  return hash('recipient', recipient)
}

/** A mail leads nowhere but to us. */
export function ownLink(link: string | null, publicOrigin: string): string | null {
  const url = link === null ? null : URL.parse(link)
  return url !== null && url.origin === publicOrigin ? url.href : null
}
