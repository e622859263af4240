/**
 * Takes away extra steps and passkeys that a person has lost. Whoever has one of them loses every session with it. Passkeys take the
 * extra steps along: Kratos removes them only in its settings, which nobody reaches without the second factor of the person.
 */
import { randomBytes } from 'node:crypto'
import { PersonInactive, type PersonSecurity, ResettableFactor } from '@app/contracts/people'
import { credentialsChanged } from '@app/events/credentials-changed'
import { recordActivity } from '../activity.ts'
import type { Deps } from '../deps.ts'
import { factorsOf } from '../factors/read-factors.ts'
import type { KratosIdentity } from '../kratos-identity.ts'
import { expectChange, settleChange } from '../pending.ts'
import { cutSessions, endAllSessions } from '../sessions/end-sessions.ts'
import { tellAbout } from '../tell.ts'
import { refuseSelf } from './action-log.ts'
import { type Asked, act } from './actions.ts'
import type { Caller } from './invitations.ts'
import { removePasskeys } from './remove-passkeys.ts'

/** @throws {OwnAccount} @throws {PersonInactive} passkeys can be taken from nobody who cannot sign in. */
export async function resetFactors(
  deps: Deps,
  caller: Caller,
  { factors: named, ...asked }: Asked & { readonly factors: readonly ResettableFactor[] },
): Promise<PersonSecurity> {
  const { personId } = asked
  const factors: readonly ResettableFactor[] = named.includes('passkeys') ? ResettableFactor.options : named
  refuseSelf(personId, caller.actor.userId)
  return await act(deps, caller, {
    ...asked,
    kind: 'reset-factors',
    before: async (_, identity) => {
      if (identity.state !== 'active' && factors.includes('passkeys')) throw PersonInactive()
    },
    run: async (identity) => {
      await expectChange(deps.app.db, 'identity', personId)
      await cutSessions(deps, personId)
      await takeAway(deps, identity, factors)
      // Those that were begun meanwhile, and those that are of two factors only because of what is gone.
      await endAllSessions(deps, { identityId: personId, by: 'administrator', because: 'factors-reset', origin: caller })
      await settleChange(deps, personId, { requestId: caller.requestId })
    },
    after: async (tx) => {
      await tellAbout(tx, credentialsChanged, personId, { change: 'factors-reset' }, caller)
      const what = { totp: factors.includes('totp'), codes: factors.includes('recovery-codes'), passkeys: factors.includes('passkeys') }
      await recordActivity(tx, { identityId: personId, kind: 'factors-reset', detail: { by: 'administrator', ...what } })
    },
  })
}

async function takeAway(deps: Deps, identity: KratosIdentity, factors: readonly ResettableFactor[]): Promise<void> {
  const { kratos } = deps
  const { id } = identity
  if (factors.includes('totp')) await kratos.deleteCredential(id, 'totp')
  if (factors.includes('recovery-codes')) await kratos.deleteCredential(id, 'lookup_secret')
  if (!factors.includes('passkeys')) return
  const read = await kratos.readFactors(id)
  const known = read && factorsOf(read)
  if (!known || known.passkeys.length === 0) return
  // Kratos keeps the last way in; recovery by mail stays, whatever nobody knows stands here.
  if (!known.hasPassword) {
    const now = await kratos.getIdentity(id)
    if (now) await kratos.replacePassword(now, randomBytes(32).toString('base64url'))
  }
  await removePasskeys(deps, id)
}
