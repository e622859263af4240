/** Nothing that is answered tells whether somebody has an address. */
import { until } from '@app/testing/poll'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { aPerson, codeOf, type Heard, messageIds, type Visitor } from './visitor.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ workers: false })
})
afterAll(() => identity.close())

async function known(): Promise<string> {
  const person = aPerson()
  expect((await identity.visitor().register(person)).status).toBe(200)
  return person.email
}

/** What differs between any two flows. */
function plain({ status, text, headers }: Heard, email: string) {
  const body = text
    .replaceAll(email, 'EMAIL')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\dT[0-9:.]+Z/g, 'TIME')
    .replace(/"name":"csrf_token","type":"hidden","value":"[^"]*"/g, 'CSRF')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST')
    .replace(/\\"challenge\\":\\"[^"\\]*/g, 'CHALLENGE')
  const names = [...headers].filter(([name]) => !['date', 'set-cookie', 'x-request-id', 'content-length'].includes(name))
  return { status, body, headers: names }
}

type Story = (visitor: Visitor, email: string, flow: { id: string; csrf: string }) => Promise<Heard>
const wrong = { method: 'code', code: '000000' }
const send: Story = (visitor, identifier, flow) => visitor.submit('login', { method: 'code', identifier }, flow)
const guess: Story = (visitor, identifier, flow) => visitor.submit('login', { ...wrong, identifier }, flow)
const read: Story = (visitor, _, { id }) => visitor.guard('GET', `/self-service/login/flows?id=${id}`)

describe('login', () => {
  const stories: [string, Story[]][] = [
    [
      'a wrong password',
      [(v, identifier, flow) => v.submit('login', { method: 'password', identifier, password: 'no such word' }, flow), read],
    ],
    ['a code', [send, read]],
    ['a wrong code, and many', [send, guess, read, guess, guess, guess, guess, guess, read, guess]],
    ['another code', [send, (v, identifier, flow) => v.submit('login', { method: 'code', identifier, resend: 'code' }, flow), read]],
    ['a code for a flow that has sent none', [guess, read, guess]],
    ['a code for somebody else', [send, (v, _, flow) => v.submit('login', { ...wrong, identifier: 'somebody.else@example.org' }, flow)]],
    [
      'a password after a code',
      [send, (v, identifier, flow) => v.submit('login', { method: 'password', identifier, password: 'no' }, flow), read, guess],
    ],
  ]
  it.each(stories)('answers %s alike', async (_, steps) => {
    const answers: unknown[][] = []
    for (const email of [await known(), aPerson().email]) {
      const visitor = identity.visitor()
      const flow = await visitor.open('login')
      const heard = []
      for (const step of steps) heard.push(plain(await step(visitor, email, flow), email))
      answers.push(heard)
    }
    expect(answers[1]).toEqual(answers[0])
  })

  it('answers an app alike', async () => {
    const answers = []
    for (const email of [await known(), aPerson().email]) {
      const app = identity.visitor()
      const { id } = z.object({ id: z.string() }).parse((await app.kratos('/self-service/login/api')).json)
      const heard = await app.guard('POST', `/self-service/login?flow=${id}`, { body: { method: 'code', identifier: email } })
      answers.push([plain(heard, email), plain(await read(app, email, { id, csrf: '' }), email)])
    }
    expect(answers[1]).toEqual(answers[0])
  })

  it('shows what was sent, and the code signs in', async () => {
    const email = await known()
    const visitor = identity.visitor()
    const flow = await visitor.open('login')
    const sent = await send(visitor, email, flow)
    expect([sent.status, messageIds(sent), sent.json]).toEqual([400, { '': [1_010_014] }, expect.objectContaining({ state: 'sent_email' })])
    expect(messageIds(await guess(visitor, email, flow))).toEqual({ '': [4_010_008] })
    const Mail = z.object({ recipient: z.literal(email), template: z.literal('login_code_valid'), code: z.string() })
    const code = await until(() => identity.kratos.receiver.calls.flatMap(({ body }) => Mail.safeParse(body).data?.code ?? [])[0])
    expect((await visitor.submit('login', { method: 'code', identifier: email, code }, flow)).status).toBe(200)
    expect((await visitor.whoami()).status).toBe(200)
  })

  it('shows a flow to its own browser only, and no other spelling of its id', async () => {
    const visitor = identity.visitor()
    const flow = await visitor.open('login')
    await send(visitor, aPerson().email, flow)
    expect((await read(identity.visitor(), '', flow)).status).toBe(403)
    const odd = await visitor.guard('GET', `/self-service/login/flows?id=${flow.id}&id=${flow.id}`)
    expect([odd.status, codeOf(odd)]).toEqual([400, 'invalid-request'])
    expect((await visitor.guard('HEAD', `/self-service/login/flows?id=${flow.id}`)).status).toBe(405)
  })

  it('sends no more codes than the limit by whatever submission', async () => {
    const email = await known()
    const answers = []
    for (let nth = 0; nth < 9; nth += 1) {
      const visitor = identity.visitor()
      answers.push(await guess(visitor, email, await visitor.open('login')))
    }
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(4)
  })
})

describe('recovery', () => {
  it('answers alike, at each step', async () => {
    const answers = []
    for (const email of [await known(), aPerson().email]) {
      const visitor = identity.visitor()
      const flow = await visitor.open('recovery')
      const sent = await visitor.submit('recovery', { method: 'code', email }, flow)
      const tried = await visitor.submit('recovery', { method: 'code', code: '000000' }, flow)
      const again = await visitor.kratos(`/self-service/recovery/flows?id=${flow.id}`)
      answers.push([sent, tried, again].map((heard) => plain(heard, email)))
    }
    expect(answers[1]).toEqual(answers[0])
  })
})
