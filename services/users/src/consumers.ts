/** Events of identity: each says only that something happened, so identity is asked how things are now. */
import { IdentityNotFound, type IdentityView, readIdentity } from '@app/contracts/internal-identity'
import { identityChanged } from '@app/events/identity-changed'
import { identityRegistered } from '@app/events/identity-registered'
import { personErased, usersPersonErased } from '@app/events/person-erased'
import { personInvited } from '@app/events/person-invited'
import type { InternalClient } from '@app/http/internal-client'
import { type Consumer, consume } from '@app/outbox/consume'
import { enqueue } from '@app/outbox/enqueue'
import { guestConsumers } from '@app/outbox/guests'
import { ensureUser, eraseUser, type Trace } from './ensure-user.ts'
import { guestPreferences } from './preferences.ts'

export interface ConsumerDeps {
  readonly identity: InternalClient
}

interface Attributes {
  readonly subject: string
  readonly requestid?: string | undefined
  readonly traceparent?: string | undefined
}

export const userConsumers = ({ identity }: ConsumerDeps): Consumer[] => [
  consume(identityRegistered, 'users.identity-registered', {
    prepare: (event, { signal }) => findIdentity(identity, event, signal),
    handle: async (event, { tx, prepared }) => {
      // Gone by now: the event of the deletion, already handled or still to come, settles it.
      if (isPerson(prepared)) await ensureUser(tx, prepared, traceOf(event))
    },
  }),
  consume(identityChanged, 'users.identity-changed', {
    prepare: (event, { signal }) => findIdentity(identity, event, signal),
    handle: async (event, { tx, prepared }) => {
      if (isPerson(prepared)) await ensureUser(tx, prepared, traceOf(event))
      else if (prepared === null && event.data.change === 'deleted') await eraseUser(tx, event.subject)
    },
  }),
  // The relay holds back what nobody is bound to, and everything about the same identity with it.
  consume(personInvited, 'users.person-invited', {
    prepare: (event, { signal }) => findIdentity(identity, event, signal),
    handle: async (event, { tx, prepared }) => {
      if (isPerson(prepared)) await ensureUser(tx, prepared, traceOf(event))
    },
  }),
  consume(personErased, 'users.person-erased', async (event, { tx }) => {
    await eraseUser(tx, event.subject)
    await enqueue(tx, usersPersonErased, { subject: event.subject, version: event.version, data: {}, ...traceOf(event) })
  }),
  ...guestConsumers(guestPreferences),
]

/** Null when there is none any more. An outage is thrown, and the event comes again. */
async function findIdentity(identity: InternalClient, event: Attributes, signal: AbortSignal): Promise<IdentityView | null> {
  try {
    return await identity.call(readIdentity, { params: { identityId: event.subject }, signal, ...traceOf(event) })
  } catch (error) {
    if (IdentityNotFound.is(error)) return null
    throw error
  }
}

/** Guests have no profile. */
function isPerson(identity: IdentityView | null): identity is IdentityView {
  return identity !== null && identity.schemaId !== 'guest'
}

function traceOf({ requestid, traceparent }: Attributes): Trace {
  return { requestId: requestid, traceparent }
}
