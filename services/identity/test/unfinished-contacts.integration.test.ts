/** What was proven and not finished, because a process or Kratos went away in between, is finished later: once, and nothing newer is undone. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { finishContacts } from '../src/contact/change.ts'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { codeFor } from './outgoing.ts'
import { number, roomy, signedUp } from './phone-fixture.ts'
import { aPerson, codeOf, type Visitor } from './visitor.ts'

const Started = z.object({ id: z.uuid() })

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ workers: false, limitRules: { sms: roomy, smsSender: roomy } })
})
afterAll(() => identity.close())

type Kind = 'email' | 'phone'
const ask = async (visitor: Visitor, kind: Kind, value: string) =>
  Started.parse((await visitor.guard('POST', `/api/v1/contact/${kind}`, { body: { [kind]: value } })).json).id
const show = async (visitor: Visitor, id: string, target: string) =>
  visitor.guard('POST', `/api/v1/contact/${id}/code`, { body: { code: await codeFor(identity, target) } })

async function change(visitor: Visitor, kind: Kind, value: string) {
  expect((await show(visitor, await ask(visitor, kind, value), value)).json).toMatchObject({ [kind]: value })
}

/** As if the process had been killed right after the code. */
const leaveUnfinished = (id: string, takenFrom: string | null = null) =>
  identity.database.owner.db.execute(
    sql`update contact_proofs set proven_at = now() - interval '1 minute', replaces = '', taken_from = ${takenFrom}::uuid where id = ${id}`,
  )
const told = async (userId: string) => (await identity.events(userId)).filter(({ type }) => type === 'identity.contact.changed.v1').length

it('is put in place', async () => {
  const { visitor } = await signedUp(identity)
  const next = aPerson().email
  await leaveUnfinished(await ask(visitor, 'email', next))
  await finishContacts(identity.deps)
  expect((await visitor.guard('GET', '/api/v1/contact')).json).toMatchObject({ email: next, emailVerified: true })
})

it('does not replace an address that was proven later', async () => {
  const { visitor } = await signedUp(identity)
  const [first, second] = [aPerson().email, aPerson().email]
  const id = await ask(visitor, 'email', first)
  await leaveUnfinished(id)
  await change(visitor, 'email', second)
  await finishContacts(identity.deps)
  expect((await visitor.guard('GET', '/api/v1/contact')).json).toMatchObject({ email: second })
  expect(codeOf(await show(visitor, id, first))).toBe('code-not-valid')
})

it('does not bring a number back that was removed', async () => {
  const { visitor } = await signedUp(identity)
  await change(visitor, 'phone', number())
  await leaveUnfinished(await ask(visitor, 'phone', number()))
  expect((await visitor.guard('DELETE', '/api/v1/contact/phone')).status).toBe(204)
  await finishContacts(identity.deps)
  expect((await visitor.guard('GET', '/api/v1/contact')).json).toMatchObject({ phone: null })
})

it('tells whoever lost the number to it also when it is no number to Kratos in the end', async () => {
  const [before, after] = [await signedUp(identity), await signedUp(identity)]
  await leaveUnfinished(await ask(after.visitor, 'phone', '+3199999999999'), before.userId)
  await finishContacts(identity.deps)
  expect(await told(before.userId)).toBe(1)
  expect(await told(after.userId)).toBe(0)
})

it('tells them also when whoever proved it was deactivated, and when they proved another since', async () => {
  const [before, gone, quick] = [await signedUp(identity), await signedUp(identity), await signedUp(identity)]
  await leaveUnfinished(await ask(gone.visitor, 'phone', number()), before.userId)
  await identity.deps.kratos.patchIdentity(gone.userId, [{ op: 'replace', path: '/state', value: 'inactive' }])
  await finishContacts(identity.deps)
  expect(await told(before.userId)).toBe(1)
  await leaveUnfinished(await ask(quick.visitor, 'phone', number()), before.userId)
  await change(quick.visitor, 'phone', number())
  expect(await told(before.userId)).toBe(2)
  await finishContacts(identity.deps)
  expect(await told(before.userId)).toBe(2)
})
