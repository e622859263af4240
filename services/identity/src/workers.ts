/** What this service does on its own: each job in a loop of its own, begun at once and repeated whatever happened before. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '@app/log/log'
import { gt, sql } from 'drizzle-orm'
import { pruneActivity } from './activity.ts'
import { finishContacts } from './contact/change.ts'
import { sendMessages } from './contact/messages.ts'
import { forgetOldProofs } from './contact/proofs.ts'
import type { Deps } from './deps.ts'
import { followAdministratorRule } from './factors/require-second-factor.ts'
import { forgetSpentCodes } from './factors/spent-codes.ts'
import { runFullSweepWhenDue } from './full-sweep.ts'
import { sweepAllGuests } from './guests/sweep-guests.ts'
import { closeEndedImpersonations } from './impersonation/end.ts'
import { eraseAllDue } from './leaving/erase-due.ts'
import { forgetOldCounts } from './limits/counters.ts'
import { tellFailures } from './limits/failures.ts'
import { sweepPending } from './pending.ts'
import { mailLinks } from './people/mailed-links.ts'
import { setupLinks } from './schema.ts'
import { endIdleSessions, forgetExpiredSessions, reportingMinutes } from './sessions/seen-sessions.ts'
import { forgetTextProofs } from './sessions/text-proofs.ts'
import { forgetFlowTerms } from './terms/flow-terms.ts'
import { syncAdministrators } from './tuple-sync.ts'

export interface Workers {
  stop(): Promise<void>
}

interface Job {
  readonly name: string
  readonly everyMs: number
  readonly run: (signal: AbortSignal) => Promise<void>
}

const stopMs = 3_000

export function startWorkers(deps: Deps): Workers {
  const stopping = new AbortController()
  const running = jobs(deps).map((job) => repeat(job, stopping.signal, deps.log))
  return {
    stop: async () => {
      stopping.abort()
      await Promise.race([Promise.all(running), delay(stopMs, undefined, { ref: false })])
    },
  }
}

function jobs(deps: Deps): Job[] {
  return [
    { name: 'pending syncs', everyMs: 2_000, run: (signal) => sweepUntilEmpty(deps, signal) },
    { name: 'administrators in Keto', everyMs: 2_000, run: () => syncAdministrators(deps) },
    { name: 'full sweep', everyMs: 60_000, run: (signal) => runFullSweepWhenDue(deps, signal) },
    { name: 'second factors of administrators', everyMs: 60_000, run: () => followAdministratorRule(deps) },
    { name: 'spent codes', everyMs: 600_000, run: () => forgetSpentCodes(deps) },
    { name: 'guests', everyMs: 5_000, run: (signal) => sweepAllGuests(deps, signal) },
    { name: 'accounts to delete', everyMs: 30_000, run: (signal) => eraseAllDue(deps, signal) },
    { name: 'failed sign-ins', everyMs: 5_000, run: (signal) => tellFailures(deps, signal) },
    { name: 'old counts', everyMs: 60_000, run: () => forgetOldCounts(deps) },
    { name: 'old text messages', everyMs: 600_000, run: () => forgetTextProofs(deps) },
    { name: 'idle sessions', everyMs: 60_000, run: () => endIdle(deps) },
    { name: 'ended impersonations', everyMs: 15_000, run: async () => void (await closeEndedImpersonations(deps)) },
    { name: 'old activity', everyMs: 600_000, run: (signal) => forgetOldActivity(deps, signal) },
    { name: 'messages', everyMs: 250, run: (signal) => sendAllMessages(deps, signal) },
    { name: 'unfinished contacts', everyMs: 10_000, run: () => finishContacts(deps) },
    { name: 'old proofs', everyMs: 600_000, run: () => forgetOldProofs(deps) },
    { name: 'terms of old flows', everyMs: 600_000, run: () => forgetFlowTerms(deps) },
    { name: 'links to mail', everyMs: 2_000, run: () => mailLinks(deps) },
    { name: 'old setup links', everyMs: 3_600_000, run: () => forgetOldLinks(deps) },
  ]
}

async function sweepUntilEmpty(deps: Deps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await sweepPending(deps)) > 0) {
    // A full batch means that more is due.
  }
}

async function sendAllMessages(deps: Deps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await sendMessages(deps)) > 0) {
    // More may be due.
  }
}

/** Not until everybody had the time to report what was used while this service was away. */
async function endIdle(deps: Deps): Promise<void> {
  await forgetExpiredSessions(deps)
  if (process.uptime() > reportingMinutes * 60) await endIdleSessions(deps)
}

/** In small batches, so that nothing waits for a long statement. */
async function forgetOldActivity(deps: Deps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await pruneActivity(deps, deps.sessionRules.activityDays)) > 0) {
    // The rest is next.
  }
}

/** Used and expired ones are kept for a month, so that a question about one can be answered. */
async function forgetOldLinks({ system }: Deps): Promise<void> {
  await system.db.delete(setupLinks).where(gt(sql`now() - interval '30 days'`, setupLinks.expiresAt))
}

async function repeat({ name, everyMs, run }: Job, signal: AbortSignal, log: Log): Promise<void> {
  let failing = false
  while (!signal.aborted) {
    try {
      await run(signal)
      if (failing) log.info({ job: name }, 'the job works again')
      failing = false
    } catch (error) {
      // Said once, not every two seconds of an outage.
      if (!failing) log.warn({ err: error, job: name }, 'the job failed and will be repeated')
      failing = true
    }
    await pause(failing ? Math.min(everyMs, 2_000) : everyMs, signal)
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal, ref: false })
  } catch {
    // Woken to stop.
  }
}
