/** What this service does about events of others. */
import { notificationsPersonErased, usersPersonErased } from '@app/events/person-erased'
import { consume } from '@app/outbox/consume'
import { noteErased } from './leaving/erase.ts'

export const consumers = [
  consume(usersPersonErased, 'identity.users-person-erased', ({ subject }, { tx }) => noteErased(tx, subject, 'users')),
  consume(notificationsPersonErased, 'identity.notifications-person-erased', ({ subject }, { tx }) =>
    noteErased(tx, subject, 'notifications'),
  ),
]
