/**
 * Tells caches what to drop, and when they may be trusted at all.
 *
 * A cache may answer only while `isWhole()`. It notes `epoch()` before a look-up and stores the answer only if the link is whole
 * and the epoch the same afterwards: a purge may have passed while the look-up was under way.
 */
import type { Check } from '@app/contracts/health'
import type { Log } from '@app/log/log'
import { createDrops, type Drops } from './drops.ts'
import { knowPublishers } from './known-publishers.ts'
import type { LinkOptions } from './link.ts'
import { openRevocationQueue } from './queue.ts'
import { Signal } from './signal.ts'
import { beatEveryMs } from './timing.ts'

export interface RevocationListener extends Pick<Drops, 'onPurge' | 'onClear'> {
  /** True while every publisher is heard, nothing was missed and our own queue is not late. Cheap: ask it each time. */
  readonly isWhole: () => boolean
  /** Rises with every purge, every clear, and when the link becomes whole. */
  readonly epoch: () => number
  readonly check: Check
  readonly close: () => Promise<void>
}

export interface RevocationListenerOptions extends LinkOptions {
  /** Who has to be heard, by id or by the service's name in front of `@`; others are waited for once they were heard. */
  readonly expects: readonly string[]
  /** Shown in RabbitMQ's list of connections. */
  readonly name?: string
}

/** While a publisher is not heard, the queue is bound again every 2 s. */
const bindEveryTicks = 10

/** Connects in the background, for ever. */
export function createRevocationListener(options: RevocationListenerOptions): RevocationListener {
  const { expects, name = 'vestibule', log } = options
  const publishers = knowPublishers(expects, () => performance.now())
  const drops = createDrops(log)
  const queue = openRevocationQueue({
    ...options,
    name: `${name} revocations in`,
    receive: (content) => {
      const signal = Signal.safeParse(content)
      if (signal.success) handle(signal.data)
      else {
        log.error({ err: signal.error }, 'a revocation that could not be read: dropping everything')
        drops.clear()
      }
    },
    changed: () => void wholeness.evaluate(),
  })
  const wholeness = watchWholeness({ trouble: () => queue.trouble() ?? publishers.trouble(), drops, log })
  const handle = (signal: Signal) => {
    if (signal.kind === 'purge') drops.purge(signal.revocation)
    if (publishers.hear(signal)) {
      log.info({ publisher: signal.publisher }, 'a revocation may have been missed: dropping everything')
      drops.clear()
    }
    wholeness.evaluate()
  }
  let ticks = 0
  const timer = setInterval(() => {
    wholeness.evaluate()
    queue.tick()
    ticks += 1
    if (ticks % bindEveryTicks === 0 && publishers.trouble() !== null) queue.bind()
  }, beatEveryMs)
  timer.unref()

  return {
    isWhole: () => wholeness.evaluate() === null,
    epoch: drops.epoch,
    onPurge: drops.onPurge,
    onClear: drops.onClear,
    check: { name: 'revocations', check: async () => wholeness.evaluate() },
    close: async () => {
      clearInterval(timer)
      await queue.close()
    },
  }
}

/** Drops everything when the link breaks, and keeps answers of look-ups that began while it was broken out of the caches. */
function watchWholeness({ trouble, drops, log }: { trouble: () => string | null; drops: Drops; log: Log }) {
  let whole = false
  return {
    evaluate: (): string | null => {
      const reason = trouble()
      if (whole && reason !== null) {
        whole = false
        log.warn({ reason }, 'caches are bypassed: revocations may be missed')
        drops.clear()
      } else if (!whole && reason === null) {
        whole = true
        log.info('revocations are heard: caches may be used')
        drops.raise()
      }
      return reason
    },
  }
}
