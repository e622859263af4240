import { type Connection, connectionClosed } from './connection.ts'

/** Lends connections, at most `max` at a time; a caller waits no longer than the acquire time-out. */
export type Pool = {
  readonly use: <T>(work: (connection: Connection) => Promise<T>) => Promise<T>
  /** Everyone who waits for a connection is told at once that none will come. */
  readonly failWaiting: () => void
  readonly close: (timeoutMs: number) => Promise<void>
}

type PoolOptions = {
  readonly max: number
  readonly acquireTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly open: () => Promise<Connection>
}

type Waiting = { readonly start: () => void; readonly fail: (error: Error) => void }

/** Opens nothing until the first use; what is not used for `idleTimeoutMs` is closed. */
export function createPool({ max, acquireTimeoutMs, idleTimeoutMs, open }: PoolOptions): Pool {
  const idle: { connection: Connection; timer: NodeJS.Timeout }[] = []
  const waiting: Waiting[] = []
  const lent = new Set<Connection>()
  let taken = 0
  let closing = false
  let drained: (() => void) | undefined

  const enter = async (): Promise<void> => {
    if (closing) throw connectionClosed('CONNECTION_ENDED')
    if (taken < max) {
      taken += 1
      return
    }
    await new Promise<void>((resolve, reject) => {
      const leaveQueue = () => waiting.splice(waiting.indexOf(entry), 1)
      const timer = setTimeout(() => {
        leaveQueue()
        reject(connectionClosed('CONNECT_TIMEOUT'))
      }, acquireTimeoutMs)
      const entry: Waiting = {
        start: () => {
          clearTimeout(timer)
          resolve()
        },
        fail: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      }
      waiting.push(entry)
    })
  }

  const leave = (): void => {
    const next = waiting.shift()
    if (next !== undefined) {
      next.start()
      return
    }
    taken -= 1
    if (taken === 0) drained?.()
  }

  const takeIdle = (): Connection | undefined => {
    for (let entry = idle.pop(); entry !== undefined; entry = idle.pop()) {
      clearTimeout(entry.timer)
      if (entry.connection.isAlive()) return entry.connection
    }
    return undefined
  }

  const giveBack = (connection: Connection): void => {
    if (!connection.isAlive()) return
    if (closing) {
      void connection.close()
      return
    }
    const timer = setTimeout(() => {
      idle.splice(idle.indexOf(entry), 1)
      void connection.close()
    }, idleTimeoutMs).unref()
    const entry = { connection, timer }
    idle.push(entry)
  }

  return {
    use: async (work) => {
      await enter()
      try {
        const connection = takeIdle() ?? (await open())
        lent.add(connection)
        try {
          return await work(connection)
        } finally {
          lent.delete(connection)
          giveBack(connection)
        }
      } finally {
        leave()
      }
    },
    failWaiting: () => {
      for (const entry of waiting.splice(0)) entry.fail(connectionClosed('CONNECT_TIMEOUT'))
    },
    close: async (timeoutMs) => {
      closing = true
      for (const entry of waiting.splice(0)) entry.fail(connectionClosed('CONNECTION_ENDED'))
      if (taken > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs)
          drained = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      for (const connection of lent) connection.destroy()
      const open = idle.splice(0)
      for (const { timer } of open) clearTimeout(timer)
      await Promise.all(open.map(({ connection }) => connection.close()))
    },
  }
}
