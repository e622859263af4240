/** A new address or number counts from the moment on in which its code came back, and the address before it is told. */
import { InvalidRequest } from '@app/contracts/common-problems'
import { CodeNotValid, ContactTaken, type ContactView, PhoneNotAccepted } from '@app/contracts/contact'
import { contactChanged } from '@app/events/contact-changed'
import type { UserActor } from '@app/http/actor'
import { answer, type RequestFacts } from '@app/http/route'
import { and, eq, isNull, lt, sql } from 'drizzle-orm'
import { recordActivity } from '../activity.ts'
import type { Deps } from '../deps.ts'
import { readEmail } from '../email.ts'
import type { KratosAdmin } from '../kratos-admin.ts'
import { isEmailVerified, type KratosIdentity, textTrait } from '../kratos-identity.ts'
import { expectChange, settleChange } from '../pending.ts'
import { readPhone, takesMessages } from '../phone.ts'
import { tellAbout } from '../tell.ts'
import { closeProof, closeUnfinished } from './close-proofs.ts'
import { inTurn } from './in-turn.ts'
import { queueMessage } from './messages.ts'
import { startProof, tryCode, wrongCode } from './proofs.ts'
import { type ContactProof, contactProofs } from './tables.ts'
import { takeNumber } from './take-number.ts'

/** More than one call to Kratos takes; another instance may still be at it. */
const unfinishedSeconds = 30

export async function readContact(deps: Deps, actor: UserActor): Promise<ContactView> {
  return viewOf(deps, await living(deps, actor.userId))
}

export async function changeEmail(deps: Deps, actor: UserActor, typed: string, request: RequestFacts) {
  const reading = readEmail(typed)
  if ('fault' in reading) throw refusal('email', 'This is no address that we can write to, or it could be mistaken for another')
  const identity = await living(deps, actor.userId)
  const { email } = reading
  const holder = await deps.kratos.findIdentity(email)
  const asked = { purpose: 'email', target: email, kind: 'email-code', isKnown: holder !== null && holder.id !== actor.userId } as const
  return started(
    await startProof(deps, { ...asked, asker: { identityId: actor.userId }, address: request.address, locale: localeOf(identity) }),
  )
}

/** @throws {PhoneNotAccepted} no number, or in a country to which no messages are sent. */
export async function addPhone(deps: Deps, actor: UserActor, typed: string, request: RequestFacts) {
  const phone = readPhone(typed)
  if (phone === null || !takesMessages(phone, deps.smsPrefixes)) throw phoneRefusal('phone', deps.smsPrefixes)
  const identity = await living(deps, actor.userId)
  const asked = { purpose: 'phone', target: phone, kind: 'phone-code', isKnown: false } as const
  return started(
    await startProof(deps, { ...asked, asker: { identityId: actor.userId }, address: request.address, locale: localeOf(identity) }),
  )
}

/** @throws {CodeNotValid} @throws {ContactTaken} somebody else was faster. */
export async function confirmContact(deps: Deps, actor: UserActor, id: string, code: string, request: RequestFacts): Promise<ContactView> {
  return await inTurn(deps, actor.userId, async () => {
    const proof = await tryCode(deps, id, { identityId: actor.userId }, code)
    return viewOf(deps, await finish(deps, proof, request.id))
  })
}

export async function removePhone(deps: Deps, actor: UserActor, request: RequestFacts): Promise<undefined> {
  await inTurn(deps, actor.userId, async () => {
    const identity = await living(deps, actor.userId)
    await deps.app.db.transaction((tx) => closeUnfinished(tx, { identityId: identity.id, purpose: 'phone' }, request.id))
    if (textTrait(identity, 'phone') === null) return
    await expectChange(deps.app.db, 'identity', identity.id)
    await deps.kratos.patchContact(identity.id, [{ op: 'remove', path: '/traits/phone' }])
    await settleChange(deps, identity.id, { requestId: request.id })
    await deps.app.db.transaction(async (tx) => {
      await tellAbout(tx, contactChanged, identity.id, { kind: 'phone' }, { requestId: request.id })
      await recordActivity(tx, { identityId: identity.id, kind: 'phone-changed' })
    })
  })
  return undefined
}

/** What was proven but not finished, because a process or Kratos went away: nobody has to come back for it. */
export async function finishContacts(deps: Deps): Promise<void> {
  const left = await deps.system.db
    .select({ id: contactProofs.id, identityId: contactProofs.identityId })
    .from(contactProofs)
    .where(
      and(
        isNull(contactProofs.usedAt),
        sql`${contactProofs.replaces} is not null`,
        lt(contactProofs.provenAt, sql`now() - make_interval(secs => ${unfinishedSeconds})`),
      ),
    )
    .limit(20)
  for (const proof of left) {
    try {
      await inTurn(deps, proof.identityId ?? '', () => finishUnused(deps, proof.id))
    } catch (error) {
      // Whoever is gone, and whose address was taken, needs nothing any more.
      if (CodeNotValid.is(error)) await deps.system.db.transaction((tx) => closeProof(tx, proof.id, undefined))
      deps.log.warn({ err: error, proofId: proof.id }, 'a proven address could not be put in place')
    }
  }
}

/** As it is now that its turn has come: the person may have finished it meanwhile, and changed something else since. */
async function finishUnused(deps: Deps, id: string): Promise<void> {
  const [proof] = await deps.system.db
    .select()
    .from(contactProofs)
    .where(and(eq(contactProofs.id, id), isNull(contactProofs.usedAt)))
  if (proof !== undefined) await finish(deps, proof, undefined)
}

/** Every step can be repeated: what was replaced is noted first, then Kratos changes, then all is told in one transaction. */
async function finish(deps: Deps, proof: ContactProof, requestId: string | undefined): Promise<KratosIdentity> {
  const { id, purpose, target } = proof
  const identity = await living(deps, proof.identityId ?? '')
  const kind = purpose === 'phone' ? 'phone' : 'email'
  const before = proof.replaces ?? textTrait(identity, kind) ?? ''
  await deps.app.db.update(contactProofs).set({ replaces: before }).where(eq(contactProofs.id, id))
  await expectChange(deps.app.db, 'identity', identity.id)
  if (kind === 'phone') await takeNumber(deps, proof, requestId)
  const changed = kind === 'phone' ? await putPhone(deps, identity, target) : await putEmail(deps, identity, target)
  if (changed === 'taken' || changed === 'refused') {
    await deps.app.db.transaction((tx) => closeProof(tx, id, requestId))
    if (changed === 'refused') throw phoneRefusal('code', deps.smsPrefixes)
    throw ContactTaken(undefined, { errors: [{ path: 'code', message: 'Another account uses this. Nothing was changed' }] })
  }
  await settleChange(deps, identity.id, { requestId })
  await deps.app.db.transaction(async (tx) => {
    if (!(await closeProof(tx, id, requestId))) return
    await closeUnfinished(tx, { identityId: identity.id, purpose, except: id }, requestId)
    if (before === target) return
    await tellAbout(tx, contactChanged, identity.id, { kind }, { requestId })
    await recordActivity(tx, { identityId: identity.id, kind: kind === 'phone' ? 'phone-changed' : 'email-changed' })
    if (kind === 'email' && before !== '') await queueMessage(tx, { kind: 'email-changed', recipient: before, locale: localeOf(identity) })
  })
  return changed
}

type Changed = Awaited<ReturnType<KratosAdmin['patchContact']>>

async function putPhone({ kratos }: Deps, { id }: KratosIdentity, phone: string): Promise<Changed> {
  return await kratos.patchContact(id, [{ op: 'add', path: '/traits/phone', value: phone }])
}

async function putEmail({ kratos }: Deps, identity: KratosIdentity, email: string): Promise<Changed> {
  const others = (identity.verifiable_addresses ?? []).filter(({ via }) => via !== 'email')
  const proven = { value: email, via: 'email', verified: true, status: 'completed' }
  const changed = await kratos.patchContact(identity.id, [
    { op: 'replace', path: '/traits/email', value: email },
    { op: 'add', path: '/verifiable_addresses', value: [...others, proven] },
  ])
  if (typeof changed === 'string' || isEmailVerified(changed)) return changed
  const index = (changed.verifiable_addresses ?? []).findIndex(({ value, via }) => via === 'email' && value.toLowerCase() === email)
  return await kratos.patchContact(identity.id, [
    { op: 'replace', path: `/verifiable_addresses/${index}/verified`, value: true },
    { op: 'replace', path: `/verifiable_addresses/${index}/status`, value: 'completed' },
  ])
}

/** @throws {CodeNotValid} whoever is gone or deactivated has nothing to prove. */
async function living({ kratos }: Deps, id: string): Promise<KratosIdentity> {
  const identity = await kratos.getIdentity(id)
  if (identity === null || identity.state !== 'active') throw wrongCode()
  return identity
}

function viewOf({ smsPrefixes }: Deps, identity: KratosIdentity): ContactView {
  return {
    email: textTrait(identity, 'email'),
    emailVerified: isEmailVerified(identity),
    phone: textTrait(identity, 'phone'),
    phonePrefixes: [...smsPrefixes],
  }
}

function started({ id, expiresAt }: { id: string; expiresAt: Date }) {
  return answer(202, { id, expiresAt: expiresAt.toISOString() })
}

const localeOf = (identity: KratosIdentity) => (identity.traits['locale'] === 'nl' ? 'nl' : 'en')

/** Also said at the end, of what only looked like a number. */
function phoneRefusal(field: string, prefixes: readonly string[]) {
  const message = prefixes.length === 0 ? 'There are no text messages here' : `A number that starts with ${prefixes.join(' or ')}`
  return PhoneNotAccepted(undefined, { errors: [{ path: field, message }] })
}

function refusal(field: string, message: string) {
  return InvalidRequest(undefined, { errors: [{ path: field, message }] })
}
