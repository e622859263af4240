/** Who ends rights, and whether all of them were heard lately and without a gap. */
import type { Signal } from './signal.ts'
import { forgetAfterMs, staleAfterMs } from './timing.ts'

interface Heard {
  readonly publisher: string
  readonly incarnation: string
  number: number
  at: number
}

export interface KnownPublishers {
  /** True when something of this publisher may have been missed before: it is new, or numbers are missing. */
  readonly hear: (signal: Signal) => boolean
  /** Why not everybody is heard, or null. */
  readonly trouble: () => string | null
}

/** `identity@host:4011` is one process of `identity`. */
const isNamed = (publisher: string, name: string) => publisher === name || publisher.startsWith(`${name}@`)

/** @param expects publishers without whom nothing is whole, heard before or not; a name stands for any process of that service. */
export function knowPublishers(expects: readonly string[], now: () => number): KnownPublishers {
  const heard = new Map<string, Heard>()

  const isSilent = ({ at }: Heard) => now() - at > staleAfterMs
  /** A later run of the same process beats: the earlier one was killed and will say nothing more. */
  const isReplaced = (one: Heard) =>
    [...heard.values()].some((other) => other.publisher === one.publisher && other.incarnation > one.incarnation && !isSilent(other))
  const forget = () => {
    for (const [key, one] of heard) {
      if (isSilent(one) && (isReplaced(one) || now() - one.at > forgetAfterMs)) heard.delete(key)
    }
  }

  return {
    hear: (signal) => {
      const { publisher, incarnation, number, kind } = signal
      const key = `${publisher} ${incarnation}`
      const known = heard.get(key)
      if (kind === 'bye') heard.delete(key)
      else if (known === undefined) heard.set(key, { publisher, incarnation, number, at: now() })
      if (known === undefined) return true
      const missed = number > known.number + 1
      // A number that was heard before proves nothing about now.
      if (number > known.number) {
        known.number = number
        known.at = now()
      }
      return missed
    },
    trouble: () => {
      forget()
      const silent = [...heard.values()].find(isSilent)
      if (silent !== undefined) return `${silent.publisher} is silent`
      const missing = expects.find((publisher) => ![...heard.values()].some((one) => isNamed(one.publisher, publisher)))
      return missing === undefined ? null : `${missing} was not heard yet`
    },
  }
}
