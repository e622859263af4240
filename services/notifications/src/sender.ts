import { setTimeout as delay } from 'node:timers/promises'
import type { Check } from '@app/contracts/health'
import type { Connection } from '@app/db/connection'
import type { Database } from '@app/db/database'
import type { Log } from '@app/log/log'
import { createWaker, type Waker } from '@app/outbox/waker'
import type { Registry } from 'prom-client'
import { MAILS_CHANNEL } from './courier.ts'
import { type DeliverDeps, deliver } from './deliver.ts'
import { classifyFailure } from './failure.ts'
import { createMailMetrics, type MailMetrics } from './metrics.ts'
import { createOutage, type Outage } from './outage.ts'
import { dueMails, finishMail, giveBackMail, postponeMail, removeOldMails, takeMail } from './queue.ts'
import type { Mail } from './schema.ts'
import { SMTP_CONNECTIONS } from './smtp.ts'

export type SenderDeps = DeliverDeps & { readonly system: Database; readonly log: Log; readonly metrics?: Registry }
export type Sender = { readonly stop: () => Promise<void>; readonly check: Check }

const POLL_MS = 500
const AFTER_FAILURE_MS = 500
const DATABASE_RETRY_MS = 300
const CLEAN_EVERY_MS = 600_000
const STOP_TIMEOUT_MS = 4_000

type Worker = SenderDeps & {
  readonly stopping: AbortSignal
  readonly waker: Waker
  readonly measure: MailMetrics
  readonly outage: Outage
}

/** Sends what the queue holds, five mails at a time; several processes share one queue. */
export function startSender(deps: SenderDeps): Sender {
  const stopping = new AbortController()
  const waker = createWaker()
  const outage = createOutage()
  const worker: Worker = { ...deps, stopping: stopping.signal, waker, measure: createMailMetrics(deps.system, deps.metrics), outage }
  const running = run(worker)
  const cleaning = setInterval(() => {
    removeOldMails(deps.system).catch((error: unknown) => deps.log.warn({ err: error }, 'Old mails could not be removed'))
  }, CLEAN_EVERY_MS).unref()
  return {
    stop: async () => {
      stopping.abort()
      clearInterval(cleaning)
      waker.wake()
      await Promise.race([running, delay(STOP_TIMEOUT_MS, undefined, { ref: false })])
    },
    check: { name: 'mail queue', required: false, check: async () => outage.reason() },
  }
}

async function run(worker: Worker): Promise<void> {
  while (!worker.stopping.aborted) {
    try {
      await withSession(worker)
    } catch (error) {
      worker.log.warn({ err: error }, 'The sender starts over')
    }
    await worker.waker.wait(AFTER_FAILURE_MS)
  }
}

async function withSession(worker: Worker): Promise<void> {
  const { system, waker, stopping } = worker
  const session = await system.openSession(waker.wake)
  const sending = new Map<string, Promise<void>>()
  void session.closed.then(waker.wake)
  try {
    await session.run(`listen ${MAILS_CHANNEL}`)
    while (!stopping.aborted && session.isAlive()) {
      const started = await startDue(worker, session, sending)
      if (started === 0) await waker.wait(POLL_MS)
    }
  } finally {
    await Promise.all(sending.values())
    await session.close()
  }
}

async function startDue(worker: Worker, session: Connection, sending: Map<string, Promise<void>>): Promise<number> {
  const free = worker.outage.limit(SMTP_CONNECTIONS) - sending.size
  if (free <= 0) return 0
  let started = 0
  // More than are free: other processes may hold the oldest.
  for (const id of await dueMails(worker.system, [...sending.keys()], free + 20)) {
    if (started === free) break
    const mail = await takeMail(session, worker.system, id)
    if (mail === null) continue
    started += 1
    const sent = attempt(worker, session, mail).finally(() => {
      sending.delete(id)
      worker.waker.wake()
    })
    sending.set(id, sent)
  }
  return started
}

/** Never throws: what cannot be written down now is written down when Postgres is back, or by whoever takes the mail next. */
async function attempt(worker: Worker, session: Connection, mail: Mail): Promise<void> {
  const { system, log, measure, outage } = worker
  const about = { mailId: mail.id, kind: mail.kind, attempts: mail.attempts, requestId: mail.requestId }
  let record: () => Promise<void>
  try {
    const delivery = await deliver(worker, mail, worker.stopping)
    if (delivery.state === 'sent') outage.over()
    const reason = delivery.state === 'sent' ? null : delivery.reason
    record = () => finishMail(system, mail.id, delivery.state, reason)
    measure.finished(mail.kind, delivery.state)
    log.info({ ...about, reason }, `Mail ${delivery.state}`)
  } catch (error) {
    const failure = classifyFailure(error)
    if (failure.fate !== 'outage') outage.over()
    else if (failure.reason.startsWith('smtp')) outage.failed(`the last attempt failed (${failure.reason}); mails wait`)
    record = () => (failure.fate === 'dead' ? finishMail(system, mail.id, 'dead', failure.reason) : postponeMail(system, mail, failure))
    measure.failed(mail.kind, failure.fate)
    log.warn({ ...about, fate: failure.fate, reason: failure.reason }, 'A mail could not be sent')
  }
  await untilDone(record, worker)
  if (session.isAlive()) await giveBackMail(session, mail.id).catch((error: unknown) => log.debug({ err: error }, 'The session ended'))
}

/** A mail that went out must be known as sent, or it goes out again. */
async function untilDone(record: () => Promise<void>, { log, stopping }: Worker): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await record()
      return
    } catch (error) {
      if (tries === 1) log.warn({ err: error }, 'The outcome of a mail could not be stored yet')
      if (stopping.aborted && tries > 3) return
      await delay(DATABASE_RETRY_MS)
    }
  }
}
