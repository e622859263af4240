/**
 * Looks a session up by its id once whoami has said whose credential it is. Kratos' admin API reads the session and its person; whoami
 * takes half as long again for the same answer (v1.3.1: 1 300 a second for 2 000).
 *
 * Which session a credential stands for never changes. Whether it lives, and everything about it, is asked every time, and only a "yes"
 * counts: whatever else is said, or goes wrong, is left to whoami.
 */
import type { Caller } from './http-call.ts'
import type { WhoamiReader } from './read-whoami.ts'
import { keptMs } from './session-cache.ts'
import type { Session } from './whoami.ts'

export interface NamedSessions {
  /** The live session that the credential is known to stand for; null when whoami has to say. Never rejects. */
  readonly find: (key: string, endsAt: number) => Promise<Session | null>
  /** What whoami said of a credential. */
  readonly note: (key: string, session: Session | null) => void
}

interface Options {
  /** Of Kratos' admin API. */
  readonly caller: Caller
  readonly read: WhoamiReader
  readonly now?: () => number
  readonly clock?: () => Date
}

const quietMs = 5_000
/** Some 200 bytes each. */
const maxNamed = 10_000

export function createNamedSessions({ caller, read, now = () => performance.now(), clock = () => new Date() }: Options): NamedSessions {
  /** Oldest first. Whoami is asked again as often as if its answers were kept, e.g. for cookies that are no longer opened. */
  const named = new Map<string, { readonly id: string; readonly namedAt: number }>()
  /** An API that just failed costs whoami half of its time: it is left alone for a moment. */
  let quietUntil = 0
  const ask = async (id: string, endsAt: number) => {
    // Whoami must have its time too.
    const answer = await caller.call({
      method: 'GET',
      path: `/admin/sessions/${id}?expand=identity`,
      timeoutMs: (endsAt - performance.now()) / 2,
      repeatable: true,
    })
    const session = answer.status === 200 ? read(answer) : null
    return session?.id === id && Date.parse(session.expiresAt) > clock().getTime() ? session : null
  }
  return {
    find: async (key, endsAt) => {
      const known = named.get(key)
      if (known === undefined || now() < quietUntil) return null
      try {
        const session = now() - known.namedAt < keptMs ? await ask(known.id, endsAt) : null
        if (session === null && named.get(key) === known) named.delete(key)
        return session
      } catch {
        quietUntil = now() + quietMs
        return null
      }
    },
    note: (key, session) => {
      named.delete(key)
      if (session === null) return
      for (const [oldest, { namedAt }] of named) {
        if (named.size < maxNamed && now() - namedAt < keptMs) break
        named.delete(oldest)
      }
      named.set(key, { id: session.id, namedAt: now() })
    },
  }
}
