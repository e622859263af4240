/** Numbers that were proven before a number was a way in: Kratos makes identifiers of traits only when it saves them. */
import { contactChanged } from '@app/events/contact-changed'
import { recordActivity } from '../activity.ts'
import type { Deps } from '../deps.ts'
import { type KratosIdentity, textTrait } from '../kratos-identity.ts'
import { foldIdentifier } from '../limits/fold.ts'
import { expectChange, settleChange } from '../pending.ts'
import { tellAbout } from '../tell.ts'
import { inTurn } from './in-turn.ts'

/** Whether the person has a number that does not sign in. @param identity as the listing with its code credentials shows it */
export function lacksNumber(identity: KratosIdentity): boolean {
  const phone = textTrait(identity, 'phone')
  const known = (identity.credentials?.code?.identifiers ?? []).map(foldIdentifier)
  return phone !== null && !known.includes(foldIdentifier(phone))
}

/** Saves it again. Where another has proven it since, it is taken away here, and the person is told by mail. Repeatable. */
export async function adoptNumber(deps: Deps, id: string): Promise<void> {
  await inTurn(deps, id, async () => {
    const identity = await deps.kratos.getIdentity(id)
    const phone = identity && textTrait(identity, 'phone')
    if (identity === null || phone === null) return
    await expectChange(deps.app.db, 'identity', id)
    const saved = await deps.kratos.patchContact(id, [{ op: 'replace', path: '/traits/phone', value: phone }])
    if (saved === 'refused') return deps.log.warn({ identityId: id }, 'a stored number is none to Kratos')
    if (saved !== 'taken') return
    await deps.kratos.patchContact(id, [{ op: 'remove', path: '/traits/phone' }])
    await settleChange(deps, id, {})
    await deps.app.db.transaction(async (tx) => {
      await tellAbout(tx, contactChanged, id, { kind: 'phone' }, { actor: null })
      await recordActivity(tx, { identityId: id, kind: 'phone-changed' })
    })
  })
}
