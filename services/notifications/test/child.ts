/** The service as a process of its own, on a test's database and broker, to be killed. */
import { openDatabase } from '@app/db/database'
import { createInternalClient } from '@app/http/internal-client'
import { serveService } from '@app/http/serve'
import { createLog } from '@app/log/log'
import { connectBroker } from '@app/outbox/broker'
import { startConsumers } from '@app/outbox/consumers'
import { z } from 'zod'
import { createApp } from '../src/app.ts'
import { consumers } from '../src/consumers.ts'
import { startSender } from '../src/sender.ts'
import { chooseTexter } from '../src/sms.ts'
import { createMailer } from '../src/smtp.ts'

const ChildInput = z.strictObject({
  database: z.string(),
  name: z.string(),
  passwords: z.object({ app: z.string(), system: z.string() }),
  broker: z.string(),
  prefix: z.string(),
  users: z.string(),
  smtp: z.string(),
  kratosSecret: z.string(),
  internalPort: z.int(),
})

const input = ChildInput.parse(JSON.parse(process.argv[2] ?? ''))
const log = createLog({ service: 'child', level: 'silent' })
const service = 'notifications'
const publicOrigin = 'https://vestibule.test'
const open = (role: 'app' | 'system') =>
  openDatabase({ url: input.database, role: `${input.name}_${role}`, password: input.passwords[role], max: 5, log })
const [app, system] = [open('app'), open('system')]
const users = createInternalClient({ baseUrl: input.users, secret: 'x'.repeat(20), caller: service })
const mailer = createMailer({ url: input.smtp, from: 'Vestibule <no-reply@vestibule.test>' })
startConsumers({ service, system, broker: connectBroker({ url: input.broker, prefix: input.prefix, log }), consumers, log })
startSender({ system, users, mailer, texter: chooseTexter('mail', '', mailer), publicOrigin, product: 'Vestibule', log })
const unused = async () => {
  throw new Error('No route of this service asks')
}
const apps = createApp({
  app,
  sessions: { findSession: unused },
  permissions: { isAllowed: unused },
  standing: { passwordMaxAgeDays: 0, termsVersion: '', clock: () => new Date() },
  callers: { kratos: [input.kratosSecret], identity: [`${input.kratosSecret} of identity`] },
  publicOrigin,
  ready: [app.check],
  log,
})
await serveService({ ...apps, host: '127.0.0.1', port: 0, internalPort: input.internalPort, log, stop: [] })
