/** Codes by mail in both modes: as the only factor, and as the second one. */
import { until } from '@app/testing/poll'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { aPerson, codeOf, messageIds, password, type Visitor } from './visitor.ts'

const Message = z.object({ template: z.string(), recipient: z.string(), code: z.string() })
const modes = ['passwordless', 'second-factor'] as const

describe.each(modes)('with codes as %s', (codeMode) => {
  let identity: Identity
  beforeAll(async () => {
    identity = await startIdentity({ codeMode, workers: false })
  })
  afterAll(() => identity.close())

  /** The codes that the courier was given for an address, oldest first. */
  const codesFor = (email: string, template: string) =>
    identity.kratos.receiver.calls.flatMap(({ body }) => {
      const message = Message.safeParse(body).data
      return message?.recipient === email && message.template === template ? [message.code] : []
    })

  const askForCode = async (visitor: Visitor, email: string, flow: { id: string; csrf: string }) =>
    await visitor.submit('login', { method: 'code', identifier: email }, flow)

  it(codeMode === 'passwordless' ? 'a code signs in without a password, once' : 'a code alone signs nobody in', async () => {
    const person = aPerson()
    await identity.visitor().register(person)
    const visitor = identity.visitor()
    const flow = await visitor.open('login')
    const asked = await askForCode(visitor, person.email, flow)
    if (codeMode === 'second-factor') {
      expect((await visitor.whoami()).status).toBe(401)
      expect(codesFor(person.email, 'login_code_valid')).toEqual([])
      return
    }
    expect(asked.json).toMatchObject({ state: 'sent_email' })
    const code = await until(() => codesFor(person.email, 'login_code_valid')[0])
    const wrong = await visitor.submit(
      'login',
      { method: 'code', identifier: person.email, code: code === '000000' ? '000001' : '000000' },
      flow,
    )
    expect(messageIds(wrong)['']).toEqual([4_010_008])
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => visitor.submit('login', { method: 'code', identifier: person.email, code }, flow)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await visitor.whoami()).status).toBe(200)
  })

  it(codeMode === 'passwordless' ? 'nobody registers with a name that hides something' : 'nobody registers by code', async () => {
    const visitor = identity.visitor()
    const traits = aPerson({ name: 'Bob\u202e' })
    const answer = await visitor.submit('registration', { method: 'code', traits })
    if (codeMode === 'second-factor') expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid-request'])
    expect(answer.status).toBe(400)
    expect(await identity.deps.kratos.findIdentity(traits.email)).toBeNull()
  })

  it('a password signs in and the settings open', async () => {
    const person = aPerson()
    await identity.visitor().register(person)
    const visitor = identity.visitor()
    expect((await visitor.signIn(person.email)).status).toBe(200)
    const changed = await visitor.submit('settings', { method: 'password', password: `${password} and more` })
    expect(changed.status).toBe(200)
  })
})
