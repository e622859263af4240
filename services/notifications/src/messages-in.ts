/** Messages of our own services to an address: taken once, however often they are sent. */

import { InvalidRequest } from '@app/contracts/common-problems'
import type { Message } from '@app/contracts/internal-messages'
import { newId } from '@app/db/id'
import { sql } from 'drizzle-orm'
import { isMailAddress, isPhoneNumber } from './address.ts'
import { type CourierDeps, MAILS_CHANNEL, ownLink, recipientHash } from './courier.ts'
import { carriesCode, carriesLink } from './kinds.ts'
import { mails } from './schema.ts'

/** @throws {InvalidRequest} nobody could be reached by it, or it lacks what it is there to carry. */
export async function takeMessage({ app, publicOrigin }: Omit<CourierDeps, 'log'>, message: Message, requestId: string): Promise<void> {
  const { id, kind, recipient, locale, code, expiresInMinutes } = message
  const channel = kind === 'phone-code' ? 'sms' : 'mail'
  const link = ownLink(message.link, publicOrigin)
  if (!(channel === 'sms' ? isPhoneNumber(recipient) : isMailAddress(recipient))) throw refusal('recipient', 'Nobody can be reached there')
  if (carriesCode(kind) !== (code !== null)) throw refusal('code', 'Messages of this kind have a code, or none')
  if (link !== message.link || (carriesLink(kind) && link === null)) throw refusal('link', 'A link of our own, where the kind has one')
  await app.db.transaction(async (tx) => {
    await tx
      .insert(mails)
      .values({
        id: newId(),
        kind,
        channel,
        dedupeKey: `message ${id}`,
        messageKey: id,
        recipient,
        recipientHash: recipientHash(recipient),
        locale,
        code,
        link,
        expiresInMinutes,
        requestId,
      })
      .onConflictDoNothing({ target: mails.dedupeKey })
    await tx.execute(sql`select pg_notify(${MAILS_CHANNEL}, '')`)
  })
}

function refusal(path: string, message: string) {
  return InvalidRequest(undefined, { errors: [{ path: `body.${path}`, message }] })
}
