import type { Database } from '@app/db/database'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Failure } from './failure.ts'
import { countMails } from './queue.ts'

export type MailMetrics = {
  readonly finished: (kind: string, state: 'sent' | 'dropped' | 'dead') => void
  readonly failed: (kind: string, fate: Failure['fate']) => void
}

export function createMailMetrics(system: Database, registry: Registry | undefined): MailMetrics {
  const registers = registry === undefined ? [] : [registry]
  const finished = new Counter({
    name: 'mails_finished_total',
    help: 'Mails by what became of them',
    labelNames: ['kind', 'state'],
    registers,
  })
  const failed = new Counter({ name: 'mail_attempts_failed_total', help: 'Failed attempts', labelNames: ['kind', 'fate'], registers })
  const queued = new Gauge({
    name: 'mails_queued',
    help: 'Mails waiting, and dead ones not yet removed',
    labelNames: ['state'],
    registers,
    async collect() {
      const counts = await countMails(system)
      this.set({ state: 'waiting' }, counts.waiting)
      this.set({ state: 'dead' }, counts.dead)
    },
  })
  // Only scrapes read it.
  queued.set({ state: 'waiting' }, 0)
  return {
    finished: (kind, state) => finished.inc({ kind, state }),
    failed: (kind, fate) => failed.inc({ kind, fate }),
  }
}
