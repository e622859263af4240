/**
 * Says to every process which rights have ended, and beats in between so that silence is noticed.
 */
import { BrokerDown } from '@app/contracts/common-problems'
import type { Check } from '@app/contracts/health'
import { createConfirmedSender } from './confirmed-sender.ts'
import type { LinkOptions } from './link.ts'
import { Revocation } from './signal.ts'
import { beatEveryMs } from './timing.ts'

export interface RevocationPublisher {
  /**
   * Resolves when the broker has put the revocation into the queue of every listener that it has.
   *
   * @throws {BrokerDown} no confirm in time. It may have been sent: repeat the call, a second purge does no harm.
   */
  readonly publish: (revocation: Revocation) => Promise<void>
  readonly check: Check
  /** Says good-bye, so that listeners do not wait for beats. */
  readonly close: () => Promise<void>
}

export interface RevocationPublisherOptions extends LinkOptions {
  /** Names this process among all that end rights, the same after a restart; each replica has its own. */
  readonly publisherId: string
  /** Default 1500, for one `publish`: waiting for a connection included. */
  readonly timeoutMs?: number
}

/** Connects in the background, for ever. */
export function createRevocationPublisher(options: RevocationPublisherOptions): RevocationPublisher {
  const { timeoutMs = 1500, log } = options
  const waiting = new Set<() => void>()
  const beat = () => {
    sender.replaceStalled()
    // A lost beat is followed by the next one, and its missing number tells.
    if (sender.trouble() === null) sender.send({ kind: 'beat' }).catch((error: unknown) => log.debug({ err: error }, 'a beat was lost'))
  }
  const sender = createConfirmedSender({
    ...options,
    opened: () => {
      beat()
      for (const go of waiting) go()
    },
  })
  const timer = setInterval(beat, beatEveryMs)
  timer.unref()

  const untilOpen = (endsAt: number): Promise<void> => {
    if (sender.trouble() === null) return Promise.resolve()
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(late)
        waiting.delete(go)
        resolve()
      }
      const late = setTimeout(go, endsAt - performance.now())
      waiting.add(go)
    })
  }

  return {
    publish: async (revocation) => {
      const purge = { kind: 'purge', revocation: Revocation.parse(revocation) } as const
      try {
        await within(timeoutMs, async (endsAt) => {
          await untilOpen(endsAt)
          await sender.send(purge)
        })
      } catch (error) {
        log.warn({ err: error, scope: revocation.scope }, 'a revocation was not confirmed')
        throw BrokerDown(undefined, { cause: error })
      }
    },
    check: { name: 'revocations', check: async () => sender.trouble() },
    close: async () => {
      clearInterval(timer)
      await within(500, () => sender.send({ kind: 'bye' })).catch((error: unknown) => log.debug({ err: error }, 'left without a good-bye'))
      await sender.close()
    },
  }
}

async function within(timeoutMs: number, work: (endsAt: number) => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no confirm within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    await Promise.race([work(performance.now() + timeoutMs), late])
  } finally {
    clearTimeout(timer)
  }
}
