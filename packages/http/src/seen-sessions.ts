/** Tells identity which sessions were used, once a minute for all of them: a request costs a note in memory. */
import type { Log } from '@app/log/log'
import type { SessionReader } from '@app/ory/session'

export interface SeenSession {
  readonly sessionId: string
  readonly userId: string
}

export interface SeenReporterOptions {
  /** At most 1000 at a time. */
  readonly report: (seen: readonly SeenSession[]) => Promise<unknown>
  readonly log: Log
  /** Default 60 000. */
  readonly everyMs?: number
}

export interface SeenReporter {
  /** The same reader, whose finds are noted. Guests are not. */
  watch<R extends Pick<SessionReader, 'findSession'>>(reader: R): R
  /** Reports what is left. */
  stop(): Promise<void>
}

const batch = 1_000
/** What does not fit is noted again with its next request. */
const maxNoted = 50_000

export function createSeenReporter({ report, log, everyMs = 60_000 }: SeenReporterOptions): SeenReporter {
  const noted = new Map<string, string>()
  let under: Promise<void> = Promise.resolve()
  const flush = async () => {
    while (noted.size > 0) {
      const some = [...noted].slice(0, batch)
      for (const [id] of some) noted.delete(id)
      try {
        await report(some.map(([sessionId, userId]) => ({ sessionId, userId })))
      } catch (error) {
        for (const [id, userId] of some) if (noted.size < maxNoted) noted.set(id, userId)
        log.warn({ err: error }, 'it could not be told which sessions were used; it is told with the next ones')
        return
      }
    }
  }
  const timer = setInterval(() => {
    under = under.then(flush)
  }, everyMs)
  timer.unref()
  return {
    watch: (reader) => ({
      ...reader,
      findSession: async (...asked: Parameters<SessionReader['findSession']>) => {
        const session = await reader.findSession(...asked)
        if (session !== null && session.schemaId !== 'guest' && noted.size < maxNoted) noted.set(session.id, session.userId)
        return session
      },
    }),
    stop: async () => {
      clearInterval(timer)
      await under
      await flush()
    },
  }
}
