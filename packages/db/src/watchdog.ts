import type { Log } from '@app/log/log'
import type { Connection } from './connection.ts'
import { type Address, isReacting } from './watched-socket.ts'

const TICK_MS = 100
/** A statement may be slow; after this long without a byte we ask whether Postgres still reacts. */
const SUSPICIOUS_MS = 700
const REACTION_MS = 900
/** A slow statement on a healthy Postgres is asked about this often. */
const ASK_EVERY_MS = 500
/** One frozen server process among healthy ones: Postgres itself would have ended the statement by then. */
const GRACE_MS = 1_000

type WatchdogOptions = {
  readonly address: Address
  /** what Postgres was told; 0 means never */
  readonly statementTimeoutMs: number
  readonly onFrozen: () => void
  readonly log: Log | undefined
}

/**
 * Cuts connections on which a frozen Postgres owes an answer. Neither TCP nor postgres.js notices: the kernel of a stopped
 * process keeps acknowledging.
 */
export function createWatchdog({ address, statementTimeoutMs, onFrozen, log }: WatchdogOptions) {
  const connections = new Set<Connection>()
  let timer: NodeJS.Timeout | undefined
  let asking = false
  let askedAt = Number.NEGATIVE_INFINITY

  const cutSilent = (silentForMs: number): void => {
    for (const connection of connections) {
      if (connection.silentForMs() >= silentForMs) connection.destroy()
    }
  }

  const ask = async (): Promise<void> => {
    asking = true
    const reacts = await isReacting(address, REACTION_MS)
    asking = false
    askedAt = performance.now()
    if (reacts) return
    log?.warn({ host: address.host, port: address.port }, 'Postgres does not react')
    cutSilent(SUSPICIOUS_MS)
    onFrozen()
  }

  const tick = (): void => {
    if (statementTimeoutMs > 0) cutSilent(statementTimeoutMs + GRACE_MS)
    const suspicious = [...connections].some((connection) => connection.silentForMs() >= SUSPICIOUS_MS)
    if (suspicious && !asking && performance.now() - askedAt >= ASK_EVERY_MS) void ask()
  }

  const stop = (): void => {
    clearInterval(timer)
    timer = undefined
  }

  return {
    watch: (connection: Connection): void => {
      connections.add(connection)
      timer ??= setInterval(tick, TICK_MS).unref()
      void connection.closed.then(() => {
        connections.delete(connection)
        if (connections.size === 0) stop()
      })
    },
    stop,
  }
}
