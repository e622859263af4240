import { newId } from '@app/db/id'
import { contactChanged } from '@app/events/contact-changed'
import { credentialsChanged } from '@app/events/credentials-changed'
import { deletionRequested, deletionWithdrawn } from '@app/events/deletion'
import { identityChanged } from '@app/events/identity-changed'
import { impersonationEnded } from '@app/events/impersonation-ended'
import { impersonationStarted } from '@app/events/impersonation-started'
import { notificationsPersonErased, personErased } from '@app/events/person-erased'
import { sessionEnded } from '@app/events/session-ended'
import { signInFailed } from '@app/events/sign-in-failed'
import { signInSucceeded } from '@app/events/sign-in-succeeded'
import { userRegistered } from '@app/events/user-registered'
import { consume } from '@app/outbox/consume'
import { enqueue } from '@app/outbox/enqueue'
import { eq, sql } from 'drizzle-orm'
import { MAILS_CHANNEL } from './courier.ts'
import { queueNotice } from './notices.ts'
import { mails } from './schema.ts'

/** Few enough to make new ones. */
const FEW_RECOVERY_CODES = 3

const nothing = async () => {}

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
  consume(credentialsChanged, 'notifications.credentials-changed', async (event, { tx }) => {
    const { change, left } = event.data
    await queueNotice(tx, event, change === 'password' ? 'password-changed' : change)
    if (change === 'recovery-code-used' && left !== undefined && left <= FEW_RECOVERY_CODES)
      await queueNotice(tx, event, 'recovery-codes-few')
  }),
  consume(contactChanged, 'notifications.contact-changed', async (event, { tx }) => {
    // The address that was replaced is told by a message of identity; the new one has just shown its code.
    if (event.data.kind === 'phone') await queueNotice(tx, event, 'phone-changed')
  }),
  consume(deletionRequested, 'notifications.deletion-requested', (event, { tx }) => queueNotice(tx, event, 'deletion-requested')),
  consume(deletionWithdrawn, 'notifications.deletion-withdrawn', (event, { tx }) => queueNotice(tx, event, 'deletion-withdrawn')),
  consume(personErased, 'notifications.person-erased', async ({ subject, version, requestid }, { tx }) => {
    await tx.delete(mails).where(eq(mails.userId, subject))
    await enqueue(tx, notificationsPersonErased, { subject, version, data: {}, requestId: requestid })
  }),
  consume(signInSucceeded, 'notifications.sign-in-succeeded', async (event, { tx }) => {
    if (event.data.newDevice) await queueNotice(tx, event, 'new-device')
  }),
  consume(impersonationStarted, 'notifications.impersonation-started', (event, { tx }) => queueNotice(tx, event, 'impersonation-started')),
  consume(impersonationEnded, 'notifications.impersonation-ended', (event, { tx }) => queueNotice(tx, event, 'impersonation-ended')),
  consume(sessionEnded, 'notifications.session-ended', async (event, { tx }) => {
    const { sessionId, by, because } = event.data
    // Where it follows from something else, that is what the person is told.
    if (sessionId === 'all' && by === 'administrator' && because === undefined) await queueNotice(tx, event, 'sessions-ended')
  }),
  consume(identityChanged, 'notifications.identity-changed', async (event, { tx }) => {
    if (event.data.state === 'inactive') await queueNotice(tx, event, 'deactivated')
  }),
  // Nobody is written to about these. But an event that no queue is bound to stays in the outbox, and what happens to the same person
  // afterwards waits behind it: whoever takes these over (an audit trail) removes the line here.
  consume(signInFailed, 'notifications.sign-in-failed', nothing),
]
