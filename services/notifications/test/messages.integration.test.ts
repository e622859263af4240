import { exportPerson } from '@app/contracts/archive'
import { newId } from '@app/db/id'
import { contactChanged } from '@app/events/contact-changed'
import { credentialsChanged } from '@app/events/credentials-changed'
import { identityChanged } from '@app/events/identity-changed'
import { sessionEnded } from '@app/events/session-ended'
import { until } from '@app/testing/poll'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aMessage, type NotificationsFixture, notificationsFixture } from './fixture.ts'
import { startSmsGateway } from './sms-gateway.ts'

let gateway: Awaited<ReturnType<typeof startSmsGateway>>
let fixture: NotificationsFixture
beforeEach(async () => {
  gateway = await startSmsGateway()
  fixture = await notificationsFixture({ smsUrl: gateway.url, smsSecret: 'secret of the gateway' })
})
afterEach(async () => {
  await fixture.end()
  await gateway.close()
})

const settled = () => until(async () => (await fixture.rows()).every(({ state }) => state !== 'waiting'))

describe('messages to an address', () => {
  it('are sent once, however often and at once they are asked for', async () => {
    fixture.startSender()
    const message = { id: newId(), recipient: 'ann@example.org', code: '482913' }
    const answers = await Promise.all(Array.from({ length: 8 }, () => fixture.message(message)))
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
    await until(() => fixture.sink.mails.length === 1)
    await settled()
    expect((await fixture.message(message)).status).toBe(200)
    expect(fixture.sink.mails[0]?.source).toContain('Subject: 482913 is your code for Vestibule')
    expect(await fixture.rows()).toMatchObject([{ kind: 'registration-code', state: 'sent', recipient: null, code: null }])
  })

  it.each([
    ['a number where a mail address belongs', { recipient: '+31612345678' }],
    ['a mail address where a number belongs', { kind: 'phone-code' as const }],
    ['a second address', { recipient: 'a@example.org, b@example.org' }],
    ['a code that is missing', { code: null }],
    ['a code where there is none', { kind: 'email-changed' as const }],
    ['a link of somebody else', { kind: 'invitation' as const, code: null, link: 'https://evil.example/x' }],
    ['an invitation without a link', { kind: 'invitation' as const, code: null }],
  ])('are refused with %s', async (_, change) => {
    expect((await fixture.message(change)).status).toBe(400)
    expect(await fixture.rows()).toEqual([])
  })

  it('are taken from identity only', async () => {
    expect((await fixture.message({}, 'wrong-wrong-wrong-wrong')).status).toBe(401)
    // A known caller, but not of this route.
    expect((await fixture.message({}, fixture.kratosSecret)).status).toBe(403)
    expect(await fixture.rows()).toEqual([])
  })
})

describe('what is known about a person', () => {
  const exported = async (userId: string, addresses: unknown[], secret = fixture.identitySecret) =>
    await fixture.internalApp.request(`/internal/people/${userId}/export`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ addresses }),
    })
  const kinds = async (answer: Response) => exportPerson.answers[200].parse(await answer.json()).parts['messages']?.map(({ kind }) => kind)

  it('is which messages they were sent, to their addresses only since they have them', async () => {
    fixture.startSender()
    await fixture.message({ id: newId(), recipient: 'ann@example.org', code: '482913' })
    await fixture.message({ id: newId(), recipient: 'bob@example.org', code: '482914' })
    await settled()
    const since = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()
    const ann = (minutes: number) => [{ address: 'ann@example.org', since: since(minutes) }]
    const answer = await exported(newId(), ann(-5))
    const text = await answer.clone().text()
    expect(await kinds(answer)).toEqual(['registration-code'])
    expect(text).not.toMatch(/482913|ann@example.org/)
    expect(await kinds(await exported(newId(), ann(5)))).toEqual([])
    expect(await kinds(await exported(newId(), []))).toEqual([])
  })

  it('is told to identity alone', async () => {
    expect((await exported(newId(), [], fixture.kratosSecret)).status).toBe(403)
  })
})

describe('text messages', () => {
  it('go to the gateway with its secret, and are forgotten', async () => {
    fixture.startSender()
    const id = newId()
    await fixture.message({ id, kind: 'phone-code', recipient: '+31612345678', locale: 'nl' })
    await settled()
    expect(gateway.texts).toEqual([
      {
        id,
        to: '+31612345678',
        text: '123456 is je code voor Vestibule. Geef hem aan niemand.',
        authorization: 'Bearer secret of the gateway',
      },
    ])
    expect(await fixture.rows()).toMatchObject([{ channel: 'sms', state: 'sent', recipient: null, code: null }])
    expect(fixture.sink.mails).toEqual([])
  })

  it('of Kratos go there too', async () => {
    fixture.startSender()
    await fixture.post(aMessage({ template: 'login_code_valid', messageType: 'sms', recipient: '+31612345678', code: '654321' }))
    await settled()
    expect(gateway.texts).toMatchObject([{ to: '+31612345678', text: '654321 is your sign-in code for Vestibule. Give it to no one.' }])
  })

  it('are tried again while the gateway is down, which keeps no mail waiting', async () => {
    gateway.state.status = 503
    fixture.startSender()
    await fixture.message({ kind: 'phone-code', recipient: '+31612345678' })
    await until(async () => (await fixture.rows())[0]?.reason === 'sms 503')
    await fixture.message({ recipient: 'ann@example.org' })
    await until(() => fixture.sink.mails.length === 1)
    gateway.state.status = 200
    await until(async () => (await fixture.rows())[0]?.state === 'sent', { timeoutMs: 10_000 })
    expect(new Set(gateway.texts.map(({ id }) => id)).size).toBe(1)
  })

  it('end when the gateway refuses the number for good', async () => {
    gateway.state.status = 422
    fixture.startSender()
    await fixture.message({ kind: 'phone-code', recipient: '+31612345678' })
    await settled()
    expect(await fixture.rows()).toMatchObject([{ state: 'dead', reason: 'sms 422', recipient: null, code: null }])
  })
})

describe('notices', () => {
  it('tell the owner at the address of that moment, in their language, once for each event', async () => {
    fixture.startEvents()
    fixture.startSender()
    const ann = fixture.users.add({ locale: 'nl' })
    await fixture.tell(credentialsChanged, ann.userId, { change: 'password' })
    await fixture.tell(credentialsChanged, ann.userId, { change: 'recovery-code-used', left: 2 })
    await fixture.tell(contactChanged, ann.userId, { kind: 'phone' })
    await fixture.tell(contactChanged, ann.userId, { kind: 'email' })
    await until(() => fixture.sink.mails.length === 4)
    await settled()
    const kinds = (await fixture.rows()).map(({ kind }) => kind).sort()
    expect(kinds).toEqual(['password-changed', 'phone-changed', 'recovery-code-used', 'recovery-codes-few'])
    const password = fixture.sink.mails.find(({ source }) => source.includes('Subject: Je wachtwoord is gewijzigd'))
    expect(password?.to).toBe(ann.email)
  })

  it('tell what an administrator did once, and also whoever cannot get in any more', async () => {
    fixture.startEvents()
    fixture.startSender()
    const [ann, bob] = [fixture.users.add(), fixture.users.add({ state: 'inactive' })]
    await fixture.tell(sessionEnded, ann.userId, { sessionId: 'all', by: 'administrator' })
    await fixture.tell(sessionEnded, ann.userId, { sessionId: 'all', by: 'person' })
    await fixture.tell(sessionEnded, ann.userId, { sessionId: 'all', by: 'administrator', because: 'factors-reset' })
    await fixture.tell(credentialsChanged, ann.userId, { change: 'factors-reset' })
    await fixture.tell(identityChanged, bob.userId, { change: 'state', state: 'inactive' })
    await fixture.tell(identityChanged, bob.userId, { change: 'state', state: 'active' })
    await fixture.tell(sessionEnded, bob.userId, { sessionId: 'all', by: 'administrator', because: 'deactivated' })
    await fixture.tell(credentialsChanged, bob.userId, { change: 'password' })
    await until(async () => (await fixture.rows()).filter(({ state }) => state !== 'waiting').length === 4)
    await settled()
    const rows = (await fixture.rows()).map(({ kind, state }) => `${kind} ${state}`).sort()
    expect(rows).toEqual(['deactivated sent', 'factors-reset sent', 'password-changed dropped', 'sessions-ended sent'])
    const said = fixture.sink.mails.find(({ to }) => to === bob.email)?.source.replaceAll('=\r\n', '')
    expect(said).toContain('Until it is activated again nobody can sign in')
    expect(said).not.toContain('/security')
  })

  it('say nothing about few codes while there are enough', async () => {
    fixture.startEvents()
    fixture.startSender()
    const ann = fixture.users.add()
    await fixture.tell(credentialsChanged, ann.userId, { change: 'recovery-code-used', left: 9 })
    await until(() => fixture.sink.mails.length === 1)
    await settled()
    expect((await fixture.rows()).map(({ kind }) => kind)).toEqual(['recovery-code-used'])
  })
})
