import { until } from '@app/testing/poll'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { codeFor, messagesTo, otherThan } from './outgoing.ts'
import { aPerson, codeOf, messageIds, password, type Visitor } from './visitor.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ registrationProof: 'required' })
})
afterAll(() => identity.close())

const Started = z.object({ id: z.uuid(), secret: z.string() })
const start = (visitor: Visitor, email: string) => visitor.guard('POST', '/api/v1/registrations', { body: { email, locale: 'en' } })
const show = (visitor: Visitor, id: string, secret: string, code: string) =>
  visitor.guard('POST', `/api/v1/registrations/${id}/code`, { body: { secret, code } })

async function proofFor(visitor: Visitor, email: string): Promise<string> {
  const { id, secret } = Started.parse((await start(visitor, email)).json)
  const heard = await show(visitor, id, secret, await codeFor(identity, email))
  return z.object({ proof: z.string() }).parse(heard.json).proof
}

const register = (visitor: Visitor, traits: Record<string, unknown>, proof?: unknown) =>
  visitor.submit('registration', { method: 'password', password, traits, ...(proof === undefined ? {} : { registration_proof: proof }) })

it('takes a registration whose code came back, with a verified address and no second code', async () => {
  const visitor = identity.visitor()
  const person = aPerson()
  const proof = await proofFor(visitor, person.email)
  expect((await register(visitor, person, proof)).status).toBe(200)
  const { userId } = await visitor.whoami()
  const stored = await identity.deps.kratos.getIdentity(userId ?? '')
  expect(stored?.verifiable_addresses).toMatchObject([{ value: person.email, verified: true }])
  expect((await messagesTo(identity, person.email)).map(({ kind }) => kind)).toEqual(['registration-code'])
})

it('refuses a registration without a proof, with a made up one, with one for another address, and with a used one', async () => {
  const visitor = identity.visitor()
  const person = aPerson()
  expect(codeOf(await register(visitor, person))).toBe('registration-proof-required')
  for (const made of ['x', `${crypto.randomUUID()}.secret`, 7, null, ['a']])
    expect(codeOf(await register(visitor, person, made))).toBe('registration-proof-required')
  const proof = await proofFor(visitor, person.email)
  expect(codeOf(await register(visitor, aPerson(), proof))).toBe('registration-proof-required')
  expect((await register(visitor, person, proof)).status).toBe(200)
  expect(codeOf(await register(identity.visitor(), person, proof))).toBe('registration-proof-required')
})

it('refuses in Kratos itself whoever came around the guard', async () => {
  const person = aPerson()
  const flow = await fetch(`${identity.kratos.publicUrl}/self-service/registration/api`)
  const { id } = z.object({ id: z.string() }).parse(await flow.json())
  const answer = await fetch(`${identity.kratos.publicUrl}/self-service/registration?flow=${id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ method: 'password', password, traits: person }),
  })
  const text = await answer.text()
  expect(answer.status).toBe(400)
  expect(messageIds({ status: 400, text, headers: answer.headers, json: JSON.parse(text) })).toMatchObject({ 'traits.email': [9_000_007] })
  expect(await identity.deps.kratos.findIdentity(person.email)).toBeNull()
})

it('answers alike for an address that has an account, which is told so by mail', async () => {
  const person = aPerson()
  const owner = identity.visitor()
  await register(owner, person, await proofFor(owner, person.email))
  const stranger = identity.visitor()
  const known = await start(stranger, person.email)
  const unknown = await start(stranger, aPerson().email)
  const shape = ({ status, headers, json }: typeof known) => [
    status,
    [...headers.entries()].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name)).sort(),
    Object.entries(Object(json)).map(([name, value]) => [name, String(value).length]),
  ]
  expect(shape(known)).toEqual(shape(unknown))
  expect((await messagesTo(identity, person.email)).map(({ kind }) => kind)).toEqual(['registration-code', 'registration-known'])
  const { id, secret } = Started.parse(known.json)
  const other = Started.parse(unknown.json)
  const wrong = [await show(stranger, id, secret, '123456'), await show(stranger, other.id, other.secret, '123456')]
  expect(wrong[0]?.text.replaceAll(/"(instance|requestId)":"[^"]*"/g, '')).toBe(
    wrong[1]?.text.replaceAll(/"(instance|requestId)":"[^"]*"/g, ''),
  )
  expect(wrong.map(({ status }) => status)).toEqual([422, 422])
})

it('takes no code from who did not ask for it, and none after five wrong ones', async () => {
  const person = aPerson()
  const visitor = identity.visitor()
  const { id, secret } = Started.parse((await start(visitor, person.email)).json)
  const code = await codeFor(identity, person.email)
  expect(codeOf(await show(visitor, id, 'stolen', code))).toBe('code-not-valid')
  for (let tries = 0; tries < 5; tries += 1) expect((await show(visitor, id, secret, otherThan(code))).status).toBe(422)
  expect(codeOf(await show(visitor, id, secret, code))).toBe('code-not-valid')
})

it('makes one account of a hundred registrations at once with one proof', { timeout: 180_000 }, async () => {
  const person = aPerson()
  const proof = await proofFor(identity.visitor(), person.email)
  const opened: { visitor: Visitor; flow: { id: string; csrf: string } }[] = []
  while (opened.length < 100) {
    const visitors = Array.from({ length: 10 }, () => identity.visitor())
    opened.push(...(await Promise.all(visitors.map(async (visitor) => ({ visitor, flow: await visitor.open('registration') })))))
  }
  const body = { method: 'password', password, traits: person, registration_proof: proof }
  const heard = await Promise.all(opened.map(({ visitor, flow }) => visitor.submit('registration', body, flow)))
  // 503: so many at once may find no connection to the database. 429: from one network they are too many.
  expect(heard.map(({ status }) => status).filter((status) => ![200, 400, 403, 429, 503].includes(status))).toEqual([])
  expect(heard.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
  // Whatever the hundred got: one account, or the proof still opens it for its owner.
  const accounts = async () =>
    (await identity.deps.kratos.listPage(null, 500)).filter(({ traits }) => traits['email'] === person.email).length
  await until(
    async () => {
      if ((await accounts().catch(() => 0)) === 1) return true
      await register(identity.visitor(), person, proof).catch(() => {})
      return false
    },
    { timeoutMs: 60_000, everyMs: 1_000 },
  )
  expect(await accounts()).toBe(1)
})

it.each(['ann\u200b@example.org', '\u0430nn@example.org', 'ann@example'])('refuses %j at its field', async (email) => {
  const heard = await start(identity.visitor(), email)
  expect([heard.status, heard.json]).toMatchObject([400, { errors: [{ path: 'email' }] }])
})
