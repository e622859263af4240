/**
 * Keeps what Kratos said about live sessions, for as long as it surely would say the same: until their end is published, while we
 * are sure to hear of it, and 30 s at most. A refusal is never kept.
 */
import type { Session } from './whoami.ts'

/** What `@app/revocations/listener` gives. */
export interface RevocationFeed {
  /** False while the end of a session may go unheard: nothing is answered from here then. */
  readonly isWhole: () => boolean
  /** Rises with everything that ends: an answer asked for before may be out of date. */
  readonly epoch: () => number
  readonly onPurge: (drop: (revocation: { readonly scope: string; readonly id: string }) => void) => void
  readonly onClear: (drop: () => void) => void
}

export interface SessionCache {
  readonly get: (key: string) => Session | undefined
  /** Call it before asking Kratos, and its result with the answer: which is kept unless something ended meanwhile. */
  readonly begin: (key: string) => (session: Session) => void
  readonly forget: (key: string) => void
}

interface Entry {
  readonly session: Session
  /** Of the look-up, by the monotonic clock. */
  readonly askedAt: number
  /** By the wall clock, as Kratos decides it. */
  readonly endsAt: number
  readonly names: readonly string[]
}

interface CacheOptions {
  readonly now?: () => number
  readonly clock?: () => Date
  /** Default 10 000: about 20 MB. */
  readonly maxEntries?: number
}

export const keptMs = 30_000

export function createSessionCache(feed: RevocationFeed, options: CacheOptions = {}): SessionCache {
  const { now = () => performance.now(), clock = () => new Date(), maxEntries = 10_000 } = options
  /** Oldest first: none is kept longer than another, so the first is the next to go. */
  const entries = new Map<string, Entry>()
  const keysByName = new Map<string, Set<string>>()
  const isOver = ({ askedAt, endsAt }: Entry) => now() - askedAt >= keptMs || clock().getTime() >= endsAt

  const forget = (key: string) => {
    const entry = entries.get(key)
    if (entry === undefined) return
    entries.delete(key)
    for (const name of entry.names) {
      const keys = keysByName.get(name)
      keys?.delete(key)
      if (keys?.size === 0) keysByName.delete(name)
    }
  }
  const makeRoom = () => {
    for (const [key, entry] of entries) {
      if (entries.size < maxEntries && !isOver(entry)) return
      forget(key)
    }
  }
  const keep = (key: string, entry: Entry) => {
    const kept = entries.get(key)
    if (kept !== undefined && kept.askedAt > entry.askedAt) return
    forget(key)
    makeRoom()
    entries.set(key, entry)
    for (const name of entry.names) {
      const keys = keysByName.get(name)
      if (keys === undefined) keysByName.set(name, new Set([key]))
      else keys.add(key)
    }
  }

  feed.onPurge(({ scope, id }) => {
    for (const key of [...(keysByName.get(`${scope} ${id}`) ?? [])]) forget(key)
  })
  feed.onClear(() => {
    entries.clear()
    keysByName.clear()
  })
  return {
    get: (key) => {
      if (!feed.isWhole()) return undefined
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      if (!isOver(entry)) return entry.session
      forget(key)
      return undefined
    },
    begin: (key) => {
      const [epoch, askedAt, whole] = [feed.epoch(), now(), feed.isWhole()]
      return (session) => {
        if (!whole || !feed.isWhole() || feed.epoch() !== epoch) return
        const names = [`session ${session.id}`, `identity ${session.userId}`]
        const entry = { session, askedAt, endsAt: Date.parse(session.expiresAt), names }
        if (!isOver(entry)) keep(key, entry)
      }
    },
    forget,
  }
}
