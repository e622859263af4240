/**
 * A number belongs to whoever has shown a code from it last: numbers are given out anew, and whoever has one now would otherwise come in
 * to the account of who had it before. That person is told by mail.
 */
import type { Transaction } from '@app/db/database'
import { contactChanged } from '@app/events/contact-changed'
import { and, eq, isNull } from 'drizzle-orm'
import { recordActivity } from '../activity.ts'
import type { Deps } from '../deps.ts'
import { textTrait } from '../kratos-identity.ts'
import { expectChange, settleChange } from '../pending.ts'
import { readPhone } from '../phone.ts'
import { identities } from '../schema.ts'
import { tellAbout } from '../tell.ts'
import { inTurn } from './in-turn.ts'
import { type ContactProof, contactProofs } from './tables.ts'

/** Repeatable. Whose it was is noted first, so that they are told when the proof is closed, whoever does that. */
export async function takeNumber(deps: Deps, proof: ContactProof, requestId: string | undefined): Promise<void> {
  const holder = await deps.kratos.findIdentity(proof.target)
  if (holder === null || holder.id === proof.identityId) return
  await deps.app.db.update(contactProofs).set({ takenFrom: holder.id }).where(eq(contactProofs.id, proof.id))
  await inTurn(deps, holder.id, async () => {
    const identity = await deps.kratos.getIdentity(holder.id)
    const phone = identity && textTrait(identity, 'phone')
    if (phone === null || readPhone(phone) !== proof.target) return
    await expectChange(deps.app.db, 'identity', holder.id)
    await deps.kratos.patchContact(holder.id, [{ op: 'remove', path: '/traits/phone' }])
  })
  await settleChange(deps, holder.id, { requestId })
}

/** Whoever is gone has nobody to be told. */
export async function tellTaken(tx: Transaction, identityId: string, requestId: string | undefined): Promise<void> {
  const [known] = await tx
    .select({ id: identities.id })
    .from(identities)
    .where(and(eq(identities.id, identityId), isNull(identities.deletedAt)))
  if (known === undefined) return
  await tellAbout(tx, contactChanged, identityId, { kind: 'phone' }, { requestId, actor: null })
  await recordActivity(tx, { identityId, kind: 'phone-changed' })
}
