/**
 * Administrators help people, with a reason, without seeing a secret. What is to happen is a row first; whatever fails in between is
 * repeated as a whole, and no answer says "done" before every service has been told.
 */
import { SubmissionInProgress } from '@app/contracts/common-problems'
import { type AdministratorActionKind, PersonInactive, type PersonSecurity, PersonUnproven } from '@app/contracts/people'
import type { Transaction } from '@app/db/database'
import { isUniqueViolation } from '@app/db/errors'
import { newId } from '@app/db/id'
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { isEmailVerified, type KratosIdentity } from '../kratos-identity.ts'
import { expectChange, settleChange } from '../pending.ts'
import { holdPerson } from '../person-lock.ts'
import { setupLinks } from '../schema.ts'
import { cutSessions, endAllSessions } from '../sessions/end-sessions.ts'
import { beginAction, finishAction, refuseSelf, restoreAdministrator, suspendAdministrator } from './action-log.ts'
import type { Caller } from './invitations.ts'
import { freshLink, mailSoon, withdrawLinks } from './mailed-links.ts'
import { findPerson, readSecurity } from './person-security.ts'

export interface Asked {
  readonly personId: string
  readonly reason: string
}

interface Action extends Asked {
  readonly kind: AdministratorActionKind
  /** With the row that says what is about to happen; may refuse. */
  readonly before?: (tx: Transaction, identity: KratosIdentity) => Promise<void>
  readonly run: (identity: KratosIdentity) => Promise<void>
  /** With the row that says that it has happened. */
  readonly after?: (tx: Transaction) => Promise<void>
}

/**
 * One action on a person at a time, over all instances, and none while the person's own settings are being saved.
 *
 * @throws {PersonNotFound} @throws {IdentityServiceDown} @throws {DatabaseDown} repeat it.
 */
export async function act(deps: Deps, caller: Caller, action: Action): Promise<PersonSecurity> {
  const { personId, kind, reason } = action
  await holdPerson(deps, personId, async () => {
    const identity = await findPerson(deps, personId)
    const id = await deps.app.db.transaction(async (tx) => {
      await action.before?.(tx, identity)
      return await beginAction(tx, { identityId: personId, byId: caller.actor.userId, kind, reason })
    })
    await action.run(identity)
    await deps.app.db.transaction(async (tx) => {
      await action.after?.(tx)
      await finishAction(tx, id)
    })
  })
  return await readSecurity(deps, personId)
}

/** @throws {OwnAccount} @throws {LastAdministrator} */
export async function deactivate(deps: Deps, caller: Caller, asked: Asked): Promise<PersonSecurity> {
  const { personId } = asked
  refuseSelf(personId, caller.actor.userId)
  return await act(deps, caller, {
    ...asked,
    kind: 'deactivate',
    before: async (tx) => {
      await suspendAdministrator(tx, personId)
      await withdrawLinks(tx, personId, caller.actor.userId)
    },
    run: async () => {
      await setState(deps, caller, personId, 'inactive')
      await endAllSessions(deps, { identityId: personId, by: 'administrator', because: 'deactivated', origin: caller })
    },
  })
}

/** Sessions of before would come back to life with the identity: they go first. */
export async function activate(deps: Deps, caller: Caller, asked: Asked): Promise<PersonSecurity> {
  const { personId } = asked
  return await act(deps, caller, {
    ...asked,
    kind: 'activate',
    run: async () => {
      await cutSessions(deps, personId)
      await setState(deps, caller, personId, 'active')
    },
    after: (tx) => restoreAdministrator(tx, personId),
  })
}

/** @throws {OwnAccount} */
export async function endEverySession(deps: Deps, caller: Caller, asked: Asked): Promise<PersonSecurity> {
  const { personId } = asked
  refuseSelf(personId, caller.actor.userId)
  return await act(deps, caller, {
    ...asked,
    kind: 'end-sessions',
    run: async () => {
      await endAllSessions(deps, { identityId: personId, by: 'administrator', origin: caller })
    },
  })
}

/** @throws {OwnAccount} @throws {PersonInactive} @throws {PersonUnproven} @throws {SubmissionInProgress} another one is just being made. */
export async function mailSignInLink(deps: Deps, caller: Caller, asked: Asked): Promise<PersonSecurity> {
  const { personId } = asked
  const { userId } = caller.actor
  refuseSelf(personId, userId)
  const id = newId()
  return await act(deps, caller, {
    ...asked,
    kind: 'send-sign-in-link',
    before: async (tx, identity) => {
      if (identity.state !== 'active') throw PersonInactive()
      // Whoever registered an address without proving it may be anybody.
      if (!isEmailVerified(identity)) throw PersonUnproven()
      await tx
        .update(setupLinks)
        .set({ withdrawnAt: sql`now()`, withdrawnBy: userId, unsentToken: null })
        .where(
          and(
            eq(setupLinks.identityId, personId),
            eq(setupLinks.purpose, 'sign-in'),
            isNull(setupLinks.usedAt),
            isNull(setupLinks.withdrawnAt),
          ),
        )
      await insertLink(deps, tx, { id, identity, sentBy: userId })
    },
    run: () => mailSoon(deps, id),
  })
}

async function insertLink(deps: Deps, tx: Transaction, { id, identity, sentBy }: { id: string; identity: KratosIdentity; sentBy: string }) {
  try {
    const link = freshLink(deps, identity, 'sign-in', sentBy)
    await tx.insert(setupLinks).values({ id, identityId: identity.id, purpose: 'sign-in', ...link })
  } catch (error) {
    if (isUniqueViolation(error, 'setup_links_one_open')) throw SubmissionInProgress(undefined, { retryAfterSeconds: 2, cause: error })
    throw error
  }
}

async function setState(deps: Deps, { requestId }: Caller, id: string, state: 'active' | 'inactive'): Promise<void> {
  await expectChange(deps.app.db, 'identity', id)
  await deps.kratos.patchIdentity(id, [{ op: 'replace', path: '/state', value: state }])
  await settleChange(deps, id, { requestId })
}
