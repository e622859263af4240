/** What caches have to drop, and the epoch by which a look-up sees that something was dropped meanwhile. */
import type { Log } from '@app/log/log'
import type { Revocation } from './signal.ts'

export interface Drops {
  readonly epoch: () => number
  /** Makes look-ups that are under way unfit to be stored. */
  readonly raise: () => void
  readonly purge: (revocation: Revocation) => void
  readonly clear: () => void
  readonly onPurge: (drop: (revocation: Revocation) => void) => void
  readonly onClear: (drop: () => void) => void
}

export function createDrops(log: Log): Drops {
  const purges: ((revocation: Revocation) => void)[] = []
  const clears: (() => void)[] = []
  let epoch = 0

  /** One cache that fails must not keep the others from dropping. */
  const tell = (drop: () => void) => {
    try {
      drop()
    } catch (error) {
      log.error({ err: error }, 'a cache could not drop what was revoked')
    }
  }
  const clear = () => {
    epoch += 1
    for (const drop of clears) tell(drop)
  }
  return {
    epoch: () => epoch,
    raise: () => {
      epoch += 1
    },
    purge: (revocation) => {
      if (revocation.scope === 'all') return clear()
      epoch += 1
      for (const drop of purges) tell(() => drop(revocation))
    },
    clear,
    onPurge: (drop) => void purges.push(drop),
    onClear: (drop) => void clears.push(drop),
  }
}
