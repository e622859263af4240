import postgres from 'postgres'
import type { Connection, Rows, Values } from './connection.ts'
import { asProblem } from './errors.ts'
import type { Pool } from './pool.ts'

/** A query as postgres.js hands it out: awaited for objects, or asked for arrays. */
type Query = Promise<Rows> & { values(): Promise<unknown> }

/** What Drizzle calls on a connection inside a transaction. */
type TransactionClient = {
  unsafe(query: string, parameters?: Values): Query
  savepoint<T>(work: (client: TransactionClient) => Promise<T>): Promise<T>
}

/**
 * A client for Drizzle over our pool. It has the shape of postgres.js' own (Drizzle uses `options`, `unsafe`, `begin` and
 * `savepoint`); the proxied instance itself never connects.
 */
export function createDrizzleClient(pool: Pool): postgres.Sql {
  const unsafe = (query: string, parameters?: Values): Query =>
    lazyQuery(
      () => outageAsProblem(() => pool.use((connection) => connection.run(query, parameters))),
      () => outageAsProblem(() => pool.use((connection) => connection.runForValues(query, parameters))),
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

/** postgres.js' queries start when they are awaited. */
function lazyQuery(objects: () => Promise<Rows>, values: () => Promise<unknown>): Query {
  let started: Promise<Rows> | undefined
  const start = () => {
    started ??= objects()
    return started
  }
  return {
    // biome-ignore lint/suspicious/noThenProperty: Drizzle awaits what `unsafe` returns and only sometimes calls `values` first.
    then: (onResult, onError) => start().then(onResult, onError),
    catch: (onError) => start().catch(onError),
    finally: (onDone) => start().finally(onDone),
    [Symbol.toStringTag]: 'Query',
    values,
  }
}

/**
 * Commits when `work` succeeds. A statement that failed and whose error `work` swallowed makes Postgres answer the commit
 * with ROLLBACK: that is thrown, not taken for success.
 */
async function runTransaction<T>(connection: Connection, work: (client: TransactionClient) => Promise<T>): Promise<T> {
  const state: TransactionState = { open: true, failure: undefined, savepoints: 0 }
  const client = transactionClient(connection, state)
  await connection.run('begin')
  let result: T
  try {
    result = await work(client)
  } catch (error) {
    state.open = false
    await rollBack(connection)
    throw error
  }
  state.open = false
  const commit = await connection.run('commit')
  if (commit.command === 'ROLLBACK') throw state.failure ?? new Error('Postgres rolled the transaction back')
  return result
}

type TransactionState = { open: boolean; failure: Error | undefined; savepoints: number }

async function rollBack(connection: Connection): Promise<void> {
  if (!connection.isAlive()) return
  try {
    await connection.run('rollback')
  } catch {
    // The reason for rolling back is what the caller wants to know; a connection in doubt is not used again.
    connection.destroy()
  }
}

function transactionClient(connection: Connection, state: TransactionState): TransactionClient {
  const inside = async <T>(work: () => Promise<T>): Promise<T> => {
    // A statement that was not awaited must not run on a connection that by now serves somebody else.
    if (!state.open) throw new Error('The transaction is over')
    try {
      return await work()
    } catch (error) {
      state.failure ??= error instanceof Error ? error : new Error('A statement failed', { cause: error })
      throw asProblem(error)
    }
  }
  const run = (query: string) => inside(() => connection.run(query))
  const client: TransactionClient = {
    unsafe: (query, values) =>
      lazyQuery(
        () => inside(() => connection.run(query, values)),
        () => inside(() => connection.runForValues(query, values)),
      ),
    savepoint: async (work) => {
      state.savepoints += 1
      const name = `s${state.savepoints}`
      await run(`savepoint ${name}`)
      try {
        return await work(client)
      } catch (error) {
        await run(`rollback to ${name}`)
        throw error
      }
    },
  }
  return client
}
