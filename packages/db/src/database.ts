/**
 * The one way into Postgres: pooled Drizzle queries and transactions that end within seconds whatever Postgres does, and
 * sessions for advisory locks and LISTEN. Migrations, provisioning, ids, cursors and error tests are the modules beside it.
 */
import type { Check } from '@app/contracts/health'
import type { Log } from '@app/log/log'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { type Connection, type ConnectionOptions, openConnection } from './connection.ts'
import { createDrizzleClient } from './drizzle-client.ts'
import { asProblem } from './errors.ts'
import { createPool } from './pool.ts'
import { parseDatabaseUrl } from './url.ts'
import { createWatchdog } from './watchdog.ts'

/** How to reach one service's database as one of its roles. */
export type DatabaseOptions = {
  /** `postgres://host:port/database`, credentials in it are ignored */
  readonly url: string
  readonly role: string
  readonly password: string
  /** connections at a time, default 10 */
  readonly max?: number
  /** the longest a statement may take before Postgres ends it, default 5 000 */
  readonly statementTimeoutMs?: number
  readonly log?: Log
}

/** Drizzle over the pool, outside or inside a transaction. */
export type Db = Database['db']
/** What `db.transaction` hands to its function. */
export type Transaction = Parameters<Parameters<Db['transaction']>[0]>[0]

export type Database = ReturnType<typeof openDatabase>

const CONNECT_TIMEOUT_MS = 1_000
const ACQUIRE_TIMEOUT_MS = 1_500
const IDLE_TIMEOUT_MS = 30_000
const CLOSE_TIMEOUT_MS = 3_000

/**
 * Opens nothing until the first statement. An outage (stopped, restarting, frozen, full) is thrown as the problem
 * `DatabaseDown` within about two seconds; for a single statement Drizzle wraps it as the cause.
 */
export function openDatabase(options: DatabaseOptions) {
  const { address, database } = parseDatabaseUrl(options.url)
  const statementTimeoutMs = options.statementTimeoutMs ?? 5_000
  const watchdog = createWatchdog({ address, statementTimeoutMs, onFrozen: () => pool.failWaiting(), log: options.log })
  const connectionOptions: ConnectionOptions = {
    address,
    database,
    role: options.role,
    password: options.password,
    applicationName: options.role,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    statementTimeoutMs,
    watch: watchdog.watch,
  }
  const pool = createPool({
    max: options.max ?? 10,
    acquireTimeoutMs: ACQUIRE_TIMEOUT_MS,
    idleTimeoutMs: IDLE_TIMEOUT_MS,
    open: () => openConnection({ ...connectionOptions, types: client.options }),
  })
  const client = createDrizzleClient(pool)
  const db = drizzle({ client })
  return {
    db,
    role: options.role,
    /**
     * A connection outside the pool, for session advisory locks and LISTEN. It is never repaired: await `closed`.
     *
     * @throws {DatabaseDown}
     */
    openSession: async (onNotify?: (channel: string) => void): Promise<Connection> => {
      try {
        return await openConnection({ ...connectionOptions, ...(onNotify === undefined ? {} : { onNotify }) })
      } catch (error) {
        throw asProblem(error)
      }
    },
    check: {
      name: 'database',
      check: async () => {
        await db.execute(sql`select 1`)
        return null
      },
    } satisfies Check,
    /** Waits up to 3 s for what runs, then cuts it. */
    close: async (): Promise<void> => {
      await pool.close(CLOSE_TIMEOUT_MS)
      watchdog.stop()
    },
  }
}
