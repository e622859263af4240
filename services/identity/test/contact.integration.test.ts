import { randomInt } from 'node:crypto'
import { until } from '@app/testing/poll'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { codeFor, messagesTo, otherThan } from './outgoing.ts'
import { aPerson, codeOf, password, type Visitor } from './visitor.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const Started = z.object({ id: z.uuid() })

async function aVisitor() {
  const visitor = identity.visitor()
  const person = aPerson()
  const heard = await visitor.register(person)
  expect([heard.status, heard.status === 200 ? '' : heard.text]).toEqual([200, ''])
  const { userId } = await visitor.whoami()
  if (userId === null) throw new Error('Not registered')
  await until(async () => (await identity.events(userId)).length > 0)
  return { visitor, email: person.email, userId }
}

const ask = (visitor: Visitor, email: string) => visitor.guard('POST', '/api/v1/contact/email', { body: { email } })
const show = (visitor: Visitor, id: string, code: string) => visitor.guard('POST', `/api/v1/contact/${id}/code`, { body: { code } })
const fresh = () => aPerson().email

async function started(visitor: Visitor, email: string) {
  const heard = await ask(visitor, email)
  expect(heard.status).toBe(202)
  return { id: Started.parse(heard.json).id, code: await codeFor(identity, email) }
}

describe('a new e-mail address', () => {
  it('counts once its code came back, verified, and the old one is told', async () => {
    const { visitor, email, userId } = await aVisitor()
    const next = fresh()
    const { id, code } = await started(visitor, next)
    expect(await messagesTo(identity, next)).toEqual([{ kind: 'email-code', code }])
    expect((await identity.visitor().signIn(email)).status).toBe(200)
    const before = identity.revoked.length
    const heard = await show(visitor, id, code)
    expect([heard.status, heard.json]).toEqual([200, { email: next, emailVerified: true, phone: null, phonePrefixes: ['+31', '+32'] }])
    expect((await visitor.whoami()).userId).toBe(userId)
    expect((await identity.visitor().signIn(next, password)).status).toBe(200)
    expect((await identity.visitor().signIn(email, password)).status).toBe(400)
    expect(await messagesTo(identity, email)).toEqual([{ kind: 'email-changed', code: null }])
    expect(identity.revoked.slice(before)).toContainEqual({ scope: 'identity', id: userId })
    expect((await identity.events(userId)).map(({ type }) => type)).toContain('identity.contact.changed.v1')
  })

  it('does not count with a wrong code, nor with the right one after five wrong ones', async () => {
    const { visitor, email } = await aVisitor()
    const { id, code } = await started(visitor, fresh())
    for (let tries = 0; tries < 5; tries += 1) expect(codeOf(await show(visitor, id, otherThan(code)))).toBe('code-not-valid')
    const last = await show(visitor, id, code)
    expect([last.status, codeOf(last)]).toEqual([422, 'code-not-valid'])
    expect((await identity.visitor().signIn(email)).status).toBe(200)
  })

  it('is tried at most five times, however many guesses come at once', async () => {
    const { visitor } = await aVisitor()
    const { id, code } = await started(visitor, fresh())
    const guesses = Array.from({ length: 40 }, () => randomInt(1_000_000).toString().padStart(6, '0')).filter((guess) => guess !== code)
    await Promise.all(guesses.map((guess) => show(visitor, id, guess)))
    const [row] = await identity.database.owner.db.execute<{ tries: number }>(sql`select tries from contact_proofs where id = ${id}`)
    expect(row?.tries).toBe(5)
  })

  it('does not count for who has stolen the code, nor after a quarter of an hour', async () => {
    const { visitor } = await aVisitor()
    const thief = await aVisitor()
    const { id, code } = await started(visitor, fresh())
    expect(codeOf(await show(thief.visitor, id, code))).toBe('code-not-valid')
    expect((await show(identity.visitor(), id, code)).status).toBe(401)
    await identity.database.owner.db.execute(sql`update contact_proofs set expires_at = now() where id = ${id}`)
    expect(codeOf(await show(visitor, id, code))).toBe('code-not-valid')
  })

  it('changes once, however often its code is shown at the same time', async () => {
    const { visitor, email, userId } = await aVisitor()
    const { id, code } = await started(visitor, fresh())
    const heard = await Promise.all(Array.from({ length: 6 }, () => show(visitor, id, code)))
    expect(heard.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422, 422, 422])
    expect(await messagesTo(identity, email)).toHaveLength(1)
    expect((await identity.events(userId)).filter(({ type }) => type === 'identity.contact.changed.v1')).toHaveLength(1)
  })

  it('is the latest that was asked for', async () => {
    const { visitor } = await aVisitor()
    const first = await started(visitor, fresh())
    const second = await started(visitor, fresh())
    expect(codeOf(await show(visitor, first.id, first.code))).toBe('code-not-valid')
    expect((await show(visitor, second.id, second.code)).status).toBe(200)
  })

  it('of somebody else gets no code, and who asks sees no difference', async () => {
    const [ann, bob] = [await aVisitor(), await aVisitor()]
    const known = await ask(ann.visitor, bob.email)
    const unknown = await ask(ann.visitor, fresh())
    const shape = ({ status, headers, json }: typeof known) => [status, [...headers.keys()].sort(), Object.keys(Object(json))]
    expect(shape(known)).toEqual(shape(unknown))
    expect(await messagesTo(identity, bob.email)).toEqual([{ kind: 'registration-known', code: null }])
  })

  it('that somebody else has taken meanwhile stays theirs', async () => {
    const { visitor, email } = await aVisitor()
    const next = fresh()
    const { id, code } = await started(visitor, next)
    await identity.visitor().register(aPerson({ email: next }))
    const heard = await show(visitor, id, code)
    expect([heard.status, codeOf(heard)]).toEqual([409, 'contact-taken'])
    expect((await identity.visitor().signIn(email)).status).toBe(200)
  })

  it('is not put in place for somebody who was deactivated meanwhile', async () => {
    const { visitor, userId } = await aVisitor()
    const { id, code } = await started(visitor, fresh())
    await identity.deps.kratos.patchIdentity(userId, [{ op: 'replace', path: '/state', value: 'inactive' }])
    expect((await show(visitor, id, code)).status).toBe(401)
  })

  it.each(['ann\u200b@example.org', '\u0430nn@example.org', 'ann@exampl\u0435.org', 'nobody'])(
    'is refused at its field when it is %j',
    async (email) => {
      const { visitor } = await aVisitor()
      const heard = await ask(visitor, email)
      expect([heard.status, heard.json]).toMatchObject([400, { errors: [{ path: 'email' }] }])
    },
  )

  it('gets five codes in a quarter of an hour, from whomever', async () => {
    const next = fresh()
    const askers = await Promise.all(Array.from({ length: 7 }, () => aVisitor()))
    const heard = await Promise.all(askers.map(({ visitor }) => ask(visitor, next)))
    expect(heard.map(({ status }) => status).sort()).toEqual([202, 202, 202, 202, 202, 429, 429])
    expect(await messagesTo(identity, next)).toHaveLength(5)
  })
})

describe('a phone number', () => {
  const number = () => `+3161${randomInt(1_000_000, 9_999_999)}`
  const askPhone = (visitor: Visitor, phone: string) => visitor.guard('POST', '/api/v1/contact/phone', { body: { phone } })

  it('counts once its code came back, and can be removed', async () => {
    const { visitor, userId } = await aVisitor()
    const phone = number()
    const spaced = `${phone.slice(0, 3)} ${phone.slice(3, 4)} ${phone.slice(4)}`
    const { id } = Started.parse((await askPhone(visitor, spaced)).json)
    const code = await codeFor(identity, phone)
    expect((await visitor.guard('GET', '/api/v1/contact')).json).toMatchObject({ phone: null })
    expect((await show(visitor, id, code)).json).toMatchObject({ phone })
    expect((await visitor.guard('GET', '/api/v1/contact')).json).toMatchObject({ phone })
    expect((await visitor.guard('DELETE', '/api/v1/contact/phone')).status).toBe(204)
    expect((await visitor.guard('GET', '/api/v1/contact')).json).toMatchObject({ phone: null })
    expect((await identity.events(userId)).filter(({ type }) => type === 'identity.contact.changed.v1')).toHaveLength(2)
  })

  it.each(['+882 13 300 3000', '+1 900 555 0100', '0612345678', '+3100', 'abcdefg'])(
    'is refused at its field when it is %s',
    async (phone) => {
      const { visitor } = await aVisitor()
      const heard = await askPhone(visitor, phone)
      expect([heard.status, heard.json]).toMatchObject([422, { code: 'phone-not-accepted', errors: [{ path: 'phone' }] }])
    },
  )
})
