/** What comes too late, from elsewhere or out of order: a clear answer, and nothing is lost. */
import { until } from '@app/testing/poll'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { aPerson, codeOf, type FlowKind, password, type Visitor } from './visitor.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ workers: false, ory: { lifespans: { code: '5s', flow: '1h' } } })
})
afterAll(() => identity.close())

async function someone(): Promise<{ ann: Visitor; email: string }> {
  const person = aPerson()
  const ann = identity.visitor()
  expect((await ann.register(person)).status).toBe(200)
  return { ann, email: person.email }
}

const FlowGone = z.object({ use_flow_id: z.string() })
const Mail = z.object({ recipient: z.string(), template: z.string(), code: z.string() })

/** What was sent to an address, oldest first. */
function codesFor(email: string, template: string): string[] {
  const mails = identity.kratos.receiver.calls.flatMap(({ body }) => Mail.safeParse(body).data ?? [])
  return mails.filter((mail) => mail.recipient === email && mail.template === template).map(({ code }) => code)
}

async function askForCode(kind: 'login' | 'recovery', email: string) {
  const visitor = identity.visitor()
  const flow = await visitor.open(kind)
  const template = kind === 'login' ? 'login_code_valid' : 'recovery_code_valid'
  const before = codesFor(email, template).length
  await visitor.submit(kind, { method: 'code', ...(kind === 'login' ? { identifier: email } : { email }) }, flow)
  return { visitor, flow, code: await until(() => codesFor(email, template)[before]) }
}

/** Longer than a code lives here. */
const expiry = () => new Promise((resolve) => setTimeout(resolve, 5_500))

describe('a code', () => {
  it('that has expired signs nobody in, and the next one does', async () => {
    const { email } = await someone()
    const { visitor, flow, code } = await askForCode('login', email)
    await expiry()
    const late = await visitor.submit('login', { method: 'code', identifier: email, code }, flow)
    // Kratos offers a new flow.
    expect([late.status, typeof FlowGone.parse(late.json).use_flow_id]).toEqual([410, 'string'])
    expect((await visitor.whoami()).status).toBe(401)
    const next = await askForCode('login', email)
    expect((await next.visitor.submit('login', { method: 'code', identifier: email, code: next.code }, next.flow)).status).toBe(200)
  })

  it('that has expired recovers nothing', async () => {
    const { email } = await someone()
    const { visitor, flow, code } = await askForCode('recovery', email)
    await expiry()
    const late = await visitor.submit('recovery', { method: 'code', code }, flow)
    expect(late.status).not.toBe(422)
    expect((await visitor.whoami()).status).toBe(401)
  })

  it.each(['login', 'recovery'] as const)('for %s is of no use in another browser', async (kind) => {
    const { email } = await someone()
    const { flow, code } = await askForCode(kind, email)
    const thief = identity.visitor()
    await thief.open(kind)
    const heard = await thief.submit(kind, { method: 'code', code, ...(kind === 'login' ? { identifier: email } : {}) }, flow)
    expect([heard.status, (await thief.whoami()).status]).toEqual([403, 401])
  })

  it.each(['login', 'recovery'] as const)('for %s is of no use in another flow', async (kind) => {
    const { email } = await someone()
    const { code } = await askForCode(kind, email)
    const thief = await askForCode(kind, (await someone()).email)
    const fields = { method: 'code', code, ...(kind === 'login' ? { identifier: email } : {}) }
    expect([400, 200]).toContain((await thief.visitor.submit(kind, fields, thief.flow)).status)
    expect((await thief.visitor.whoami()).status).toBe(401)
  })

  it('of somebody who is deactivated before they type it lets nobody in', async () => {
    const { ann, email } = await someone()
    const { userId } = await ann.whoami()
    const { visitor, flow, code } = await askForCode('login', email)
    await identity.deps.kratos.patchIdentity(userId ?? '', [{ op: 'replace', path: '/state', value: 'inactive' }])
    const heard = await visitor.submit('login', { method: 'code', identifier: email, code }, flow)
    expect(heard.status).toBeGreaterThanOrEqual(400)
    expect([(await visitor.whoami()).status, (await ann.whoami()).status]).toEqual([401, 401])
  })
})

describe('a submission', () => {
  const submissions: [FlowKind, () => Record<string, unknown>][] = [
    ['login', () => ({ method: 'password', identifier: aPerson().email, password })],
    ['registration', () => ({ method: 'password', password, traits: aPerson() })],
    ['recovery', () => ({ method: 'code', email: aPerson().email })],
    ['verification', () => ({ method: 'code', email: aPerson().email })],
  ]
  it.each(submissions)('of %s without the token of its form, or with another one, is refused', async (kind, values) => {
    for (const csrf_token of [undefined, 'bm90IHRoZSB0b2tlbg==']) {
      const visitor = identity.visitor()
      const { id } = await visitor.open(kind)
      const heard = await visitor.guard('POST', `/self-service/${kind}?flow=${id}`, { body: { ...values(), csrf_token } })
      expect([kind, heard.status]).toEqual([kind, 403])
    }
  })

  it.each(submissions)('of %s to a flow of another kind is refused', async (kind, values) => {
    const visitor = identity.visitor()
    const { id, csrf } = await visitor.open(kind === 'login' ? 'recovery' : 'login')
    const heard = await visitor.guard('POST', `/self-service/${kind}?flow=${id}`, { body: { ...values(), csrf_token: csrf } })
    expect([404, 410]).toContain(heard.status)
  })

  it.each(['login', 'registration', 'settings'] as const)(
    'of a password of a megabyte is refused by %s before it is hashed',
    async (kind) => {
      const { ann } = await someone()
      const visitor = kind === 'settings' ? ann : identity.visitor()
      const flow = await visitor.open(kind)
      const huge = { method: 'password', password: 'x'.repeat(1_000_000) }
      const more = kind === 'login' ? { identifier: 'nobody@example.org' } : kind === 'registration' ? { traits: aPerson() } : {}
      const heard = await visitor.submit(kind, { ...huge, ...more }, flow)
      expect([heard.status, codeOf(heard)]).toEqual([413, 'body-too-large'])
    },
  )

  it('of a registration twice at the same time makes one account', async () => {
    const person = aPerson()
    const visitor = identity.visitor()
    const flow = await visitor.open('registration')
    const body = { method: 'password', password, traits: person }
    const heard = await Promise.all([visitor.submit('registration', body, flow), visitor.submit('registration', body, flow)])
    expect(heard.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await identity.visitor().signIn(person.email)).status).toBe(200)
  })
})
