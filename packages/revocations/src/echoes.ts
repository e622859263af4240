/** Messages of a listener to itself: they show how late its queue is, also when no publisher is known yet. */
import { staleAfterMs, stalledAfterMs } from './timing.ts'

export interface Echoes {
  /** A new connection: nothing sent on the old one comes back. */
  readonly restart: () => void
  /** The number to send, or null while too many are under way. */
  readonly next: () => number | null
  readonly hear: (number: number) => void
  /** Everything that reached our queue longer ago than the bound has been handled. */
  readonly isLate: () => boolean
  /** Nothing has come back for so long that another connection should be tried. */
  readonly isStalled: () => boolean
}

/** A frozen connection keeps what is written to it in memory. */
const mostUnderWay = 20

export function createEchoes(now: () => number): Echoes {
  const sentAt = new Map<number, number>()
  let number = 0
  let startedAt = now()
  /** When the newest echo that came back was sent; not when it came: what stood before it in the queue is handled. */
  let handledUpTo = Number.NEGATIVE_INFINITY
  return {
    restart: () => {
      sentAt.clear()
      startedAt = now()
      handledUpTo = Number.NEGATIVE_INFINITY
    },
    next: () => {
      if (sentAt.size >= mostUnderWay) return null
      number += 1
      sentAt.set(number, now())
      return number
    },
    hear: (heard) => {
      handledUpTo = Math.max(handledUpTo, sentAt.get(heard) ?? Number.NEGATIVE_INFINITY)
      sentAt.delete(heard)
    },
    isLate: () => now() - handledUpTo > staleAfterMs,
    isStalled: () => now() - Math.max(startedAt, handledUpTo) > stalledAfterMs,
  }
}
