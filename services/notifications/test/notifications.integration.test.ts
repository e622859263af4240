import { newId } from '@app/db/id'
import { credentialsChanged } from '@app/events/credentials-changed'
import { personErased } from '@app/events/person-erased'
import { cellsNaming } from '@app/testing/cells-naming'
import { until } from '@app/testing/poll'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { aMessage, type NotificationsFixture, notificationsFixture } from './fixture.ts'

let fixture: NotificationsFixture
beforeEach(async () => {
  fixture = await notificationsFixture()
})
afterEach(() => fixture.end())

const mailTo = (address: string) => until(() => fixture.sink.mails.find(({ to }) => to === address))
const states = async () => (await fixture.rows()).map(({ state }) => state)

it('stores a message before it says so, sends it at once and forgets address and code', async () => {
  const message = aMessage()
  const answer = await fixture.post(message)
  expect([answer.status, await answer.json()]).toEqual([200, { accepted: true }])
  expect(await fixture.rows()).toMatchObject([{ state: 'waiting', recipient: message.recipient, code: message.code }])
  fixture.startSender()
  const mail = await mailTo(message.recipient)
  expect(mail.source).toContain(`Subject: ${message.code} is your code for Vestibule`)
  expect(mail.source).toMatch(/^Auto-Submitted: auto-generated/m)
  await until(async () => (await states())[0] === 'sent')
  expect(await fixture.rows()).toMatchObject([{ recipient: null, code: null }])
  const next = aMessage({ locale: 'nl-BE', template: 'recovery_code_valid' })
  const startedAt = performance.now()
  await fixture.post(next)
  expect((await mailTo(next.recipient)).source).toContain('is je herstelcode')
  expect(performance.now() - startedAt).toBeLessThan(400)
})

it('takes a repeat and sends it once, also when many come at the same time', async () => {
  fixture.startSender()
  const message = aMessage()
  const answers = await Promise.all(Array.from({ length: 10 }, () => fixture.post(message)))
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
  await mailTo(message.recipient)
  await until(async () => (await states()).every((state) => state === 'sent'))
  expect((await fixture.post(message)).status).toBe(200)
  const other = aMessage({ recipient: message.recipient })
  await fixture.post(other)
  await until(() => fixture.sink.mails.length === 2)
  expect(await fixture.rows()).toHaveLength(2)
})

it('refuses what it has no text for, so that Kratos keeps it', async () => {
  const unknown = await fixture.post(aMessage({ template: 'a_new_template' }))
  expect([unknown.status, await unknown.text()]).toEqual([422, expect.stringContaining('"code":"mail-not-known"')])
  expect((await fixture.post(aMessage({ code: null }))).status).toBe(422)
  expect((await fixture.post(aMessage({ code: '1\r\nBcc: eve@example.org' }))).status).toBe(422)
  expect(await fixture.rows()).toHaveLength(0)
})

it('lets only Kratos in, and nothing through that is not a message', async () => {
  expect((await fixture.post(aMessage(), { authorization: 'Bearer wrong-wrong-wrong-wrong' })).status).toBe(401)
  expect((await fixture.post(aMessage(), { authorization: '' })).status).toBe(401)
  expect((await fixture.post('{')).status).toBe(400)
  expect((await fixture.post({ ...aMessage(), extra: 1 })).status).toBe(400)
  expect((await fixture.post({ ...aMessage(), recipient: 7 })).status).toBe(400)
  expect((await fixture.post(aMessage({ link: 'x'.repeat(70_000) }))).status).toBe(413)
  expect((await fixture.post(aMessage(), { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await fixture.publicApp.request('/internal/courier', { method: 'POST' })).status).toBe(404)
  expect(await fixture.rows()).toHaveLength(0)
})

it.each(['a@b.example\r\nBcc: eve@example.org', 'a@b.example, eve@example.org', '"x"<eve@example.org>', 'nobody', 'a b@example.org'])(
  'never sends to %j, and does not let it block the queue',
  async (recipient) => {
    fixture.startSender()
    expect((await fixture.post(aMessage({ recipient }))).status).toBe(200)
    const message = aMessage()
    await fixture.post(message)
    await mailTo(message.recipient)
    expect(fixture.sink.mails).toHaveLength(1)
    expect(await fixture.rows()).toMatchObject([{ state: 'dead', reason: 'not a mail address', recipient: null, code: null }, {}])
  },
)

it('sends nobody elsewhere', async () => {
  fixture.startSender()
  const foreign = aMessage({ link: 'https://evil.example/verify?code=1' })
  const own = aMessage({ link: 'https://vestibule.test/verify?code=123456&flow=x' })
  await fixture.post(foreign)
  await fixture.post(own)
  const source = (await mailTo(foreign.recipient)).source.replaceAll('=\r\n', '')
  expect(source).not.toContain('evil.example')
  expect(source).toContain('https://vestibule.test/verify')
  expect((await mailTo(own.recipient)).source.replaceAll('=\r\n', '')).toContain('https://vestibule.test/verify?code=3D123456')
})

it('welcomes who registered, once, in their language, at the address of that moment', async () => {
  fixture.startEvents()
  fixture.startSender()
  const dutch = fixture.users.add({ locale: 'nl', name: 'Ann "de <b>Vries' })
  const eventId = await fixture.registerUser(dutch.userId)
  await fixture.registerUser(dutch.userId)
  const mail = await mailTo(dutch.email ?? '')
  expect(mail.source).toContain('Subject: Welkom bij Vestibule')
  expect(mail.source).not.toContain('<b>')
  expect(mail.messageId).toBe(`welcome.${eventId}@vestibule.test`)
  await until(async () => (await states()).join() === 'sent')
  expect(fixture.sink.mails).toHaveLength(1)
})

it('drops a welcome for nobody, and waits for users while it is down', async () => {
  fixture.startEvents()
  const sender = fixture.startSender()
  await fixture.registerUser(newId())
  await fixture.registerUser(fixture.users.add({ email: null }).userId)
  await fixture.registerUser(fixture.users.add({ state: 'inactive' }).userId)
  await until(async () => (await states()).filter((state) => state === 'dropped').length === 3)
  expect((await fixture.rows()).map(({ reason }) => reason).sort()).toEqual([
    'no such user',
    'the user has no address',
    'the user is not active',
  ])
  fixture.users.state.down = true
  const ann = fixture.users.add()
  await fixture.registerUser(ann.userId)
  await until(async () => (await fixture.rows()).some(({ reason }) => reason === 'dependency-down'))
  expect(await sender.check.check()).toBeNull()
  const code = aMessage()
  await fixture.post(code)
  await mailTo(code.recipient)
  fixture.users.state.down = false
  await mailTo(ann.email ?? '')
})

it('keeps mails while the SMTP server is down, says so, and sends within seconds after it is back', async () => {
  const sender = fixture.startSender()
  await fixture.sink.stop()
  const messages = Array.from({ length: 20 }, () => aMessage())
  for (const message of messages) expect((await fixture.post(message)).status).toBe(200)
  await until(async () => (await sender.check.check()) !== null)
  expect(await fixture.mailer.check.check()).toMatch(/not reachable/)
  const ready = await fixture.internalApp.request('/health/ready')
  expect(ready.status).toBe(200)
  expect(JSON.stringify(await ready.json())).toContain('mails wait')
  await until(async () => (await fixture.rows()).filter(({ reason }) => reason?.startsWith('smtp')).length >= 3)
  await fixture.sink.start()
  const startedAt = performance.now()
  await until(() => fixture.sink.mails.length === 20)
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  await until(async () => (await sender.check.check()) === null)
})

it('gives up on a recipient that is refused for good, and tries others again', async () => {
  fixture.startSender()
  const refused = aMessage()
  const greylisted = aMessage()
  const closing = aMessage()
  const seen = new Set<string>()
  const firstTime = (key: string) => !seen.has(key) && seen.add(key)
  fixture.sink.trick = (command, address) => {
    if (command !== 'RCPT') return undefined
    if (address === refused.recipient) return `550 5.1.1 <${address}>: no such mailbox`
    if (address === greylisted.recipient && firstTime('grey')) return '451 4.7.1 greylisted, come back later'
    if (address === closing.recipient && firstTime('closing')) return '421 4.3.2 closing'
    return undefined
  }
  for (const message of [refused, greylisted, closing]) await fixture.post(message)
  await mailTo(closing.recipient)
  await mailTo(greylisted.recipient)
  await until(async () => (await states()).sort().join() === 'dead,sent,sent')
  expect((await fixture.rows()).find(({ state }) => state === 'dead')).toMatchObject({
    reason: 'smtp 550 RCPT TO',
    recipient: null,
    code: null,
  })
})

it('repeats under the same Message-ID when the server died between taking a mail and saying so', async () => {
  fixture.startSender()
  const message = aMessage()
  let cuts = 0
  fixture.sink.trick = (command) => {
    if (command !== 'BODY' || cuts === 2) return undefined
    cuts += 1
    return 'cut'
  }
  await fixture.post(message)
  await until(async () => (await states())[0] === 'sent')
  expect(fixture.sink.mails).toHaveLength(3)
  expect(new Set(fixture.sink.mails.map(({ messageId }) => messageId)).size).toBe(1)
})

it('does not wait for a server that accepts and stays silent', async () => {
  fixture.startSender()
  let silent = true
  fixture.sink.trick = () => (silent ? 'silence' : undefined)
  const message = aMessage()
  await fixture.post(message)
  await until(async () => (await fixture.rows()).some(({ reason }) => reason === 'smtp ETIMEDOUT'), { timeoutMs: 15_000 })
  silent = false
  await until(() => fixture.sink.mails.length === 1, { timeoutMs: 15_000 })
})

it('shares the queue between several senders without sending twice', async () => {
  for (let n = 0; n < 3; n += 1) fixture.startSender()
  const messages = Array.from({ length: 60 }, () => aMessage())
  // So many at once may find no connection free: whoever sends asks again.
  await Promise.all(messages.map((message) => until(async () => (await fixture.post(message)).status === 200)))
  await until(async () => (await states()).every((state) => state === 'sent'))
  expect(fixture.sink.mails).toHaveLength(60)
})

it('keeps nothing of who is gone, not even what an event that came late brought', async () => {
  fixture.startEvents()
  fixture.startSender()
  const { owner } = fixture.database
  const ann = fixture.users.add()
  await fixture.registerUser(ann.userId)
  await mailTo(ann.email ?? '')
  await fixture.message({ recipient: ann.email ?? '' })
  await until(async () => (await states()).join() === 'sent,sent')
  fixture.users.people.delete(ann.userId)
  await fixture.tell(personErased, ann.userId, {})
  await until(async () => (await fixture.rows()).length === 1)
  // Nobody takes that one here, and what comes after it would wait.
  await owner.db.execute(sql`delete from outbox where type = 'notifications.person.erased.v1'`)
  await fixture.tell(credentialsChanged, ann.userId, { change: 'password' })
  await fixture.registerUser(ann.userId)
  await until(async () => (await fixture.rows()).filter(({ reason }) => reason === 'no such user').length === 2)
  await until(async () => (await cellsNaming(owner, [ann.userId, ann.email ?? ''])).every((cell) => cell.startsWith('outbox.')))
})

it('forgets who is gone, waiting mails too, and says so once', async () => {
  fixture.startEvents()
  const [ann, bob] = [fixture.users.add(), fixture.users.add()]
  await fixture.registerUser(ann.userId)
  await fixture.registerUser(bob.userId)
  await until(async () => (await fixture.rows()).length === 2)
  await fixture.tell(personErased, ann.userId, {})
  const answered = () =>
    fixture.database.owner.db.execute(sql`select from outbox where type = 'notifications.person.erased.v1' and subject = ${ann.userId}`)
  await until(async () => (await answered()).length === 1)
  expect(await fixture.rows()).toHaveLength(1)
  fixture.startSender()
  await mailTo(bob.email ?? '')
  expect(fixture.sink.mails.map(({ to }) => to)).toEqual([bob.email])
})
