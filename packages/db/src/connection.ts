import type net from 'node:net'
import postgres from 'postgres'
import { addArrayTypes } from './array-types.ts'
import { type Address, openWatchedSocket } from './watched-socket.ts'

/** What every connection of a database has in common. Times in milliseconds. */
export type ConnectionOptions = {
  readonly address: Address
  readonly database: string
  readonly role: string
  readonly password: string
  readonly applicationName: string
  readonly connectTimeoutMs: number
  /** Postgres ends a longer statement itself; 0 means never. */
  readonly statementTimeoutMs: number
  /** Asked about every connection that opens, so that the watchdog sees it. */
  readonly watch?: (connection: Connection) => void
  /** Column parsers and serializers by type id, as Drizzle sets them. */
  readonly types?: { readonly parsers: object; readonly serializers: object }
  readonly onNotify?: (channel: string) => void
}

/** One connection that is never repaired: once its socket is closed, it is thrown away. */
export type Connection = {
  readonly isAlive: () => boolean
  /** For how long Postgres has owed an answer, 0 when it owes none. */
  readonly silentForMs: () => number
  /** Resolves when the socket is closed, by whomever. */
  readonly closed: Promise<void>
  /**
   * Runs one statement, or several without parameters.
   *
   * @throws CONNECTION_CLOSED when the socket is or gets closed; postgres.js alone does not always notice.
   */
  readonly run: (text: string, values?: Values) => Promise<Rows>
  /** The same with each row as an array. */
  readonly runForValues: (text: string, values?: Values) => Promise<unknown>
  readonly close: () => Promise<void>
  readonly destroy: () => void
}

export type Values = Parameters<postgres.Sql['unsafe']>[1]
export type Rows = postgres.RowList<postgres.Row[]>

const CLOSE_TIMEOUT_S = 1

/**
 * Opens a connection of its own. Each one is a postgres.js client with a single socket and is never reconnected, for three
 * faults of its pool: a socket that closes inside a transaction lets the remaining statements run on the next session,
 * outside the transaction; a write after that ends the process; and a chunk left from before keeps the next start-up
 * message from being sent, for ever.
 */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const startedAt = performance.now()
  const { socket, silentForMs } = await openWatchedSocket(options.address, options.connectTimeoutMs)
  const untilClosed = failWhenClosed(socket)
  // postgres.js documents `socket` but its types leave it out, which only an object literal is checked for.
  const clientSettings = { ...clientOptions(options), socket: () => socket }
  const sql = postgres(clientSettings)
  addArrayTypes(sql.options)
  Object.assign(sql.options.parsers, options.types?.parsers)
  Object.assign(sql.options.serializers, options.types?.serializers)
  const connection: Connection = {
    isAlive: () => isOpen(socket),
    silentForMs,
    closed: new Promise<void>((resolve) => socket.once('close', () => resolve())),
    run: (text, values) => untilClosed(() => sql.unsafe(text, values)),
    runForValues: (text, values) => untilClosed(() => sql.unsafe(text, values).values()),
    close: async () => {
      if (isOpen(socket)) await sql.end({ timeout: CLOSE_TIMEOUT_S })
      socket.destroy()
    },
    destroy: () => socket.destroy(connectionClosed()),
  }
  // The first statement waits for authentication; a server that accepts and then stays silent is cut here.
  const timer = setTimeout(() => socket.destroy(connectionClosed('ETIMEDOUT')), options.connectTimeoutMs - (performance.now() - startedAt))
  try {
    await connection.run('select 1')
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearTimeout(timer)
  }
  options.watch?.(connection)
  return connection
}

function isOpen(socket: net.Socket): boolean {
  return !socket.destroyed && socket.readyState === 'open'
}

/** Lets a promise end at the latest when the socket does. */
function failWhenClosed(socket: net.Socket): <T>(start: () => PromiseLike<T>) => Promise<T> {
  const waiting = new Set<(error: Error) => void>()
  socket.once('close', () => {
    for (const fail of waiting) fail(connectionClosed())
  })
  return async (start) => {
    // Writing to a closed socket would end the process.
    if (!isOpen(socket)) throw connectionClosed()
    return await new Promise((resolve, reject) => {
      waiting.add(reject)
      start()
        .then(resolve, reject)
        .then(() => waiting.delete(reject))
    })
  }
}

function clientOptions(options: ConnectionOptions) {
  return {
    host: options.address.host,
    port: options.address.port,
    database: options.database,
    username: options.role,
    password: options.password,
    max: 1,
    ssl: false,
    connect_timeout: Math.ceil(options.connectTimeoutMs / 1_000),
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    onnotice: () => {},
    ...(options.onNotify === undefined ? {} : { onnotify: options.onNotify }),
    connection: {
      application_name: options.applicationName,
      statement_timeout: options.statementTimeoutMs,
      idle_in_transaction_session_timeout: 10_000,
      // A client that was killed must not keep its locks until its statement ends.
      client_connection_check_interval: 1_000,
      // Nor one whose machine is gone: Postgres then ends the session, and its advisory locks, within about 5 s.
      tcp_keepalives_idle: 2,
      tcp_keepalives_interval: 1,
      tcp_keepalives_count: 3,
    },
  } as const
}

/** @param code the driver's code; see `isDatabaseDown` */
export function connectionClosed(code = 'CONNECTION_CLOSED'): Error {
  return Object.assign(new Error('The connection to Postgres is closed'), { code })
}
