/** Rolling counts in Postgres, so that they hold over all instances and restarts. */
import { sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import type { Limit } from './rules.ts'

export interface Counter {
  readonly key: Buffer
  readonly limit: Limit
}

export type Taking =
  | {
      readonly granted: true
      /** @param those all of them by default */
      giveBack(those?: readonly Counter[]): Promise<void>
    }
  | { readonly granted: false; readonly refused: Counter; readonly waitSeconds: number }

interface Taken extends Record<string, unknown> {
  readonly refused: number
  readonly wait_seconds: number
  readonly slots: string[]
}

/**
 * Counts one more for all of them, or for none when one is used up: in advance, because whoever tries many at once would pass a
 * count that comes afterwards. The first that is used up is named.
 *
 * @throws {DatabaseDown}
 */
export async function take({ app }: Pick<Deps, 'app'>, counters: readonly Counter[]): Promise<Taking> {
  const keys = list(counters.map(({ key }) => sql`${key}::bytea`))
  const limits = list(counters.map(({ limit }) => sql`${limit.count}::integer`))
  const windows = list(counters.map(({ limit }) => sql`${limit.seconds}::integer`))
  const [taken] = await app.db.execute<Taken>(
    sql`select refused, wait_seconds, slots::text[] as slots from guard_take(array[${keys}], array[${limits}], array[${windows}])`,
  )
  if (taken === undefined) throw new Error('guard_take answered nothing')
  const refused = counters[taken.refused - 1]
  if (refused !== undefined) return { granted: false, refused, waitSeconds: taken.wait_seconds }
  return {
    granted: true,
    giveBack: async (those = counters) => {
      const given = counters.flatMap((counter, at) => (those.includes(counter) ? [{ key: counter.key, slot: taken.slots[at] }] : []))
      if (given.length === 0) return
      const [names, slots] = [list(given.map(({ key }) => sql`${key}::bytea`)), list(given.map(({ slot }) => sql`${slot}::bigint`))]
      await app.db.execute(sql`select guard_give(array[${names}], array[${slots}])`)
    },
  }
}

function list(values: ReturnType<typeof sql>[]) {
  return sql.join(values, sql`, `)
}

/** What can no longer stop anybody. */
export async function forgetOldCounts({ system }: Pick<Deps, 'system'>): Promise<void> {
  await system.db.execute(sql`delete from guard_counts where over_at < now()`)
  await system.db.execute(sql`delete from guard_flows where over_at < now()`)
  await system.db.execute(sql`delete from guard_devices where used_at < now() - interval '400 days'`)
}
