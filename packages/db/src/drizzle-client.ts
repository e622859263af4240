import postgres from 'postgres'
import type { Connection } from './connection.ts'
import { asProblem } from './errors.ts'
import type { Pool } from './pool.ts'

type Values = Parameters<postgres.Sql['unsafe']>[1]
type Rows = Promise<postgres.RowList<postgres.Row[]>> & { values(): Promise<unknown> }

/** What Drizzle calls on a connection inside a transaction. */
type TransactionClient = {
  unsafe(query: string, parameters?: Values): Rows
  savepoint<T>(work: (client: TransactionClient) => Promise<T>): Promise<T>
}

/**
 * A client for Drizzle over our pool. It has the shape of postgres.js' own (Drizzle uses `options`, `unsafe`, `begin` and
 * `savepoint`); the proxied instance itself never connects.
 */
export function createDrizzleClient(pool: Pool): postgres.Sql {
  const unsafe = (query: string, parameters?: Values): Rows =>
    rows((asValues) =>
      pool.use(async (connection) => {
        const pending = connection.client().unsafe(query, parameters)
        return await (asValues ? pending.values() : pending)
      }),
    )
  const begin = <T>(work: (client: TransactionClient) => Promise<T>): Promise<T> =>
    outageAsProblem(() => pool.use((connection) => runTransaction(connection, work)))
  return new Proxy(postgres({ host: 'never-connected.invalid', max: 1 }), {
    get: (target, key) => {
      if (key === 'unsafe') return unsafe
      if (key === 'begin') return begin
      return Reflect.get(target, key)
    },
    apply: () => {
      throw new Error('Use the query builder or db.execute(sql`…`): this client only serves Drizzle')
    },
  })
}

async function outageAsProblem<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asProblem(error)
  }
}

/** postgres.js' queries start when they are awaited and may be asked for arrays instead of objects. */
function rows(run: (asValues: boolean) => Promise<postgres.RowList<postgres.Row[]>>): Rows {
  const started = (asValues: boolean) => outageAsProblem(() => run(asValues))
  let objects: Promise<postgres.RowList<postgres.Row[]>> | undefined
  const asObjects = () => {
    objects ??= started(false)
    return objects
  }
  return {
    // biome-ignore lint/suspicious/noThenProperty: Drizzle awaits what `unsafe` returns and only sometimes calls `values` first.
    then: (onResult, onError) => asObjects().then(onResult, onError),
    catch: (onError) => asObjects().catch(onError),
    finally: (onDone) => asObjects().finally(onDone),
    [Symbol.toStringTag]: 'Rows',
    values: () => started(true),
  }
}

/**
 * Commits when `work` succeeds. A statement that failed and whose error `work` swallowed makes Postgres answer the commit
 * with ROLLBACK: that is thrown, not taken for success.
 */
async function runTransaction<T>(connection: Connection, work: (client: TransactionClient) => Promise<T>): Promise<T> {
  const state: TransactionState = { open: true, failure: undefined, savepoints: 0 }
  const client = transactionClient(connection, state)
  await connection.client().unsafe('begin')
  let result: T
  try {
    result = await work(client)
  } catch (error) {
    state.open = false
    await rollBack(connection)
    throw error
  }
  state.open = false
  const commit = await connection.client().unsafe('commit')
  if (commit.command === 'ROLLBACK') throw state.failure ?? new Error('Postgres rolled the transaction back')
  return result
}

type TransactionState = { open: boolean; failure: unknown; savepoints: number }

async function rollBack(connection: Connection): Promise<void> {
  if (!connection.isAlive()) return
  try {
    await connection.client().unsafe('rollback')
  } catch {
    // The reason for rolling back is what the caller wants to know; a connection in doubt is not used again.
    connection.destroy()
  }
}

function transactionClient(connection: Connection, state: TransactionState): TransactionClient {
  const run = async (query: string, parameters: Values, asValues: boolean): Promise<postgres.RowList<postgres.Row[]>> => {
    // A statement that was not awaited must not run on a connection that by now serves somebody else.
    if (!state.open) throw new Error('The transaction is over')
    try {
      const pending = connection.client().unsafe(query, parameters)
      return await (asValues ? pending.values() : pending)
    } catch (error) {
      state.failure ??= error
      throw error
    }
  }
  const client: TransactionClient = {
    unsafe: (query, parameters) => rows((asValues) => run(query, parameters, asValues)),
    savepoint: async (work) => {
      state.savepoints += 1
      const name = `s${state.savepoints}`
      await run(`savepoint ${name}`, undefined, false)
      try {
        return await work(client)
      } catch (error) {
        await run(`rollback to ${name}`, undefined, false)
        throw error
      }
    },
  }
  return client
}
