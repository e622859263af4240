/** `node main.js` serves; `node main.js migrate` brings the database up to date with the owner's password and ends. */
import { createInternalClient } from '@app/http/internal-client'
import { serveService } from '@app/http/serve'
import type { Log } from '@app/log/log'
import { startConsumers } from '@app/outbox/consumers'
import { startRelay } from '@app/outbox/relay'
import { openConnections } from '@app/service/connections'
import { runProgram } from '@app/service/program'
import { Registry } from 'prom-client'
import { createApp } from './app.ts'
import { type Config, readServiceConfig } from './config.ts'
import { consumers } from './consumers.ts'
import { startSender } from './sender.ts'
import { chooseTexter } from './sms.ts'
import { createMailer, parseSender } from './smtp.ts'

const service = 'notifications'
const { argv, env } = process

await runProgram({ service, mainUrl: import.meta.url, argument: argv[2], env, readConfig: readServiceConfig, serve })

async function serve(config: Config, log: Log): Promise<void> {
  const metrics = new Registry()
  const open = openConnections(service, config, log)
  const { app, system, broker } = open
  const users = createInternalClient({
    baseUrl: config.VESTIBULE_USERS_INTERNAL_URL,
    secret: config.VESTIBULE_USERS_SECRET[0] ?? '',
    caller: service,
  })
  const mailer = createMailer({ url: config.VESTIBULE_SMTP_URL, from: config.VESTIBULE_MAIL_FROM })
  const publicOrigin = config.VESTIBULE_PUBLIC_URL
  const { name: product } = parseSender(config.VESTIBULE_MAIL_FROM)
  const texter = chooseTexter(config.VESTIBULE_SMS_URL, config.VESTIBULE_SMS_KEY, mailer)
  const consuming = startConsumers({ service, system, broker, consumers, log, metrics })
  const relay = startRelay({ service, system, broker, log, metrics })
  const sender = startSender({ system, users, mailer, texter, publicOrigin, product, log, metrics })
  const apps = createApp({
    ...open.gate,
    app,
    callers: { kratos: config.VESTIBULE_CALLER_KRATOS_SECRET, identity: config.VESTIBULE_CALLER_IDENTITY_SECRET },
    ready: [app.check, broker.check, consuming.check, relay.check, sender.check, mailer.check, ...open.caches],
    log,
    metrics,
  })
  await serveService({
    ...apps,
    host: config.VESTIBULE_LISTEN_HOST,
    port: config.VESTIBULE_LISTEN_PORT,
    internalPort: config.VESTIBULE_INTERNAL_PORT,
    log,
    stop: [async () => void (await Promise.all([consuming.stop(), relay.stop(), sender.stop()])), async () => mailer.close(), open.close],
  })
}
