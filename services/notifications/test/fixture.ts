import { randomBytes } from 'node:crypto'
import http from 'node:http'
import type { Message } from '@app/contracts/internal-messages'
import type { CourierMessage } from '@app/contracts/internal-notifications'
import type { ContactView } from '@app/contracts/internal-users'
import { problemDocument } from '@app/contracts/problem'
import { UserNotFound } from '@app/contracts/users'
import { newId } from '@app/db/id'
import type { EventContract } from '@app/events/define-event'
import { userRegistered } from '@app/events/user-registered'
import { createInternalClient } from '@app/http/internal-client'
import { createLog } from '@app/log/log'
import { startConsumers } from '@app/outbox/consumers'
import { enqueue } from '@app/outbox/enqueue'
import { startRelay } from '@app/outbox/relay'
import { testBroker } from '@app/testing/broker'
import { testDatabase } from '@app/testing/database'
import { sql } from 'drizzle-orm'
import type { z } from 'zod'
import { createApp } from '../src/app.ts'
import { consumers } from '../src/consumers.ts'
import { startSender } from '../src/sender.ts'
import { chooseTexter } from '../src/sms.ts'
import { createMailer } from '../src/smtp.ts'
import { startSmtpSink } from './smtp-sink.ts'

export const log = createLog({ service: 'notifications', level: process.env['VESTIBULE_TEST_LOG'] === 'debug' ? 'debug' : 'silent' })
const publicOrigin = 'https://vestibule.test'
const folder = (path: string) => new URL(path, import.meta.url).pathname
const sets = [
  { name: 'outbox', folder: folder('../../../packages/outbox/migrations') },
  { name: 'notifications', folder: folder('../migrations') },
]

export const aMessage = (change: Partial<CourierMessage> = {}): CourierMessage => ({
  recipient: `ann-${randomBytes(4).toString('hex')}@example.org`,
  template: 'verification_code_valid',
  messageType: 'email',
  code: String(100_000 + Math.floor(Math.random() * 900_000)),
  link: null,
  locale: 'en',
  expiresInMinutes: null,
  ...change,
})

const anOwnMessage = (): Message => ({
  id: newId(),
  kind: 'registration-code',
  recipient: `ann-${randomBytes(4).toString('hex')}@example.org`,
  locale: 'en',
  code: '123456',
  link: null,
  expiresInMinutes: 15,
})

/** The people that the stub of users' internal port knows. */
async function startUsers() {
  const people = new Map<string, ContactView>()
  const state = { down: false, asked: 0 }
  const server = http.createServer((request, response) => {
    state.asked += 1
    const contact = people.get(request.url?.split('/')[3] ?? '')
    const [status, body] = state.down ? [503, {}] : contact === undefined ? [404, problemDocument(UserNotFound(), null)] : [200, contact]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`
  const add = (change: Partial<ContactView> = {}): ContactView => {
    const userId = newId()
    const contact: ContactView = {
      userId,
      email: `${userId}@example.org`,
      emailVerified: true,
      name: 'Ann',
      locale: 'en',
      state: 'active',
      ...change,
    }
    people.set(userId, contact)
    return contact
  }
  return { url, add, people, state, close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) }
}

/** The service in this process on real Postgres and RabbitMQ, with an SMTP sink and a stub of users. */
export async function notificationsFixture({ smsUrl = 'mail', smsSecret = '' } = {}) {
  const [database, sink, users] = await Promise.all([testDatabase('notifications', sets), startSmtpSink(), startUsers()])
  const rabbit = testBroker(log)
  const kratosSecret = randomBytes(16).toString('hex')
  const identitySecret = randomBytes(16).toString('hex')
  const { app, system, owner } = database
  const mailer = createMailer({ url: sink.url, from: 'Vestibule <no-reply@vestibule.test>' })
  const unused = async () => {
    throw new Error('No route of this service asks')
  }
  const { internalApp, publicApp } = createApp({
    app,
    sessions: { findSession: unused },
    permissions: { isAllowed: unused },
    standing: { passwordMaxAgeDays: 0, termsVersion: '', clock: () => new Date() },
    callers: { kratos: [kratosSecret], identity: [identitySecret] },
    publicOrigin,
    ready: [app.check, mailer.check],
    log,
  })
  const stops: (() => Promise<unknown>)[] = []
  const client = createInternalClient({ baseUrl: users.url, secret: 'x'.repeat(20), caller: 'notifications' })
  return {
    database,
    rabbit,
    sink,
    users,
    mailer,
    internalApp,
    publicApp,
    kratosSecret,
    identitySecret,
    startSender: () => {
      const sender = startSender({
        system,
        users: client,
        mailer,
        texter: chooseTexter(smsUrl, smsSecret, mailer),
        publicOrigin,
        product: 'Vestibule',
        log,
      })
      stops.push(sender.stop)
      return sender
    },
    startEvents: () => {
      const service = 'notifications'
      stops.push(startConsumers({ service, system, broker: rabbit.broker, consumers, log }).stop)
      // Stands for users' own relay: this database's outbox plays that part here.
      stops.push(startRelay({ service: 'users', system, broker: rabbit.broker, log }).stop)
    },
    registerUser: (userId: string) => app.db.transaction((tx) => enqueue(tx, userRegistered, { subject: userId, version: 1, data: {} })),
    tell: <D extends z.ZodObject>(contract: EventContract<D>, subject: string, data: z.input<D>) =>
      app.db.transaction((tx) => enqueue(tx, contract, { subject, version: 1, data })),
    /** As identity sends a message. */
    message: async (change: Partial<Message> = {}, secret = identitySecret) =>
      await internalApp.request('/internal/messages', {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...anOwnMessage(), ...change }),
      }),
    post: async (body: unknown, headers: Record<string, string> = {}) =>
      await internalApp.request('/internal/courier', {
        method: 'POST',
        headers: { authorization: `Bearer ${kratosSecret}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    rows: () =>
      owner.db.execute<{
        kind: string
        state: string
        recipient: string | null
        code: string | null
        reason: string | null
        attempts: number
        channel: string
        locale: string
      }>(sql`select kind, state, recipient, code, reason, attempts, locale, channel from mails order by created_at`),
    end: async () => {
      await Promise.all(stops.map((stop) => stop()))
      mailer.close()
      await Promise.all([rabbit.drop(), database.drop(), sink.stop().catch(() => {}), users.close()])
    },
  }
}

export type NotificationsFixture = Awaited<ReturnType<typeof notificationsFixture>>
