/**
 * One at a time per key, over all instances of this service: a queue in this process, and a session advisory lock of Postgres
 * for the others. Postgres gives a lock back by itself when its holder is killed.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { DatabaseDown } from '@app/contracts/common-problems'
import type { Connection } from '@app/db/connection'
import type { Database } from '@app/db/database'

/** Keeps our keys apart from other users of advisory locks in the same database. */
const seed = 7_305_102_601
const retryMs = 40
const statementMs = 2_000
const maxWaiting = 8

export interface Locks {
  /**
   * Runs `work` while holding `key`; null when it did not become free in time or too many wait already.
   *
   * @throws {DatabaseDown} Postgres could not be asked.
   */
  hold<T>(key: string, waitMs: number, work: () => Promise<T>): Promise<T | null>
  close(): Promise<void>
}

interface Queue {
  tail: Promise<void>
  length: number
}

/** One connection outside the pool holds every lock of this process; it is opened when it is first needed, and again when lost. */
export function createLocks(database: Database): Locks {
  const queues = new Map<string, Queue>()
  let current: Promise<Connection> | null = null
  const reopen = (): Promise<Connection> => {
    const opening = database.openSession()
    current = opening
    opening.catch(() => {
      if (current === opening) current = null
    })
    return opening
  }
  const connection = async (): Promise<Connection> => {
    const known = current ?? reopen()
    const open = await known
    if (open.isAlive()) return open
    return await (current === known || current === null ? reopen() : current)
  }
  return {
    hold: async (key, waitMs, work) => {
      const deadline = performance.now() + waitMs
      return await inTurn(queues, key, deadline, async () => {
        const held = await acquire(connection, key, deadline)
        if (held === null) return null
        try {
          return await work()
        } finally {
          await release(held, key)
        }
      })
    },
    close: async () => {
      await (await current?.catch(() => null))?.close()
    },
  }
}

async function inTurn<T>(queues: Map<string, Queue>, key: string, deadline: number, work: () => Promise<T | null>): Promise<T | null> {
  const queue = queues.get(key) ?? { tail: Promise.resolve(), length: 0 }
  if (queue.length >= maxWaiting) return null
  queues.set(key, queue)
  queue.length += 1
  const before = queue.tail
  let done = () => {}
  queue.tail = new Promise((resolve) => {
    done = resolve
  })
  // Whoever gives up still waits for its turn before it lets the next one pass.
  const turn = before.then(() => true)
  const leave = () => {
    queue.length -= 1
    if (queue.length === 0) queues.delete(key)
    done()
  }
  if (queue.length > 1 && !(await Promise.race([turn, expired(deadline)]))) {
    void turn.then(leave)
    return null
  }
  try {
    return await work()
  } finally {
    leave()
  }
}

async function expired(deadline: number): Promise<false> {
  await delay(Math.max(0, deadline - performance.now()), undefined, { ref: false })
  return false
}

async function acquire(connection: () => Promise<Connection>, key: string, deadline: number): Promise<Connection | null> {
  for (;;) {
    const open = await connection()
    if (await ask(open, 'select pg_try_advisory_lock(hashtextextended($1, $2)) as yes', key)) return open
    if (performance.now() + retryMs > deadline) return null
    await delay(retryMs)
  }
}

/** A connection that fails here is thrown away, and the lock with it. */
async function release(open: Connection, key: string): Promise<void> {
  try {
    if (open.isAlive()) await ask(open, 'select pg_advisory_unlock(hashtextextended($1, $2)) as yes', key)
  } catch {
    open.destroy()
  }
}

async function ask(open: Connection, statement: string, key: string): Promise<boolean> {
  const timer = setTimeout(() => open.destroy(), statementMs)
  try {
    const [row] = await open.run(statement, [key, seed])
    return row?.['yes'] === true
  } catch (error) {
    open.destroy()
    throw DatabaseDown(undefined, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}
