/** What others were told about an identity, oldest first. */
import { sql } from 'drizzle-orm'
import type { Identity } from './identity-fixture.ts'

interface Told {
  readonly [column: string]: unknown
  readonly type: string
  readonly actor: string | null
  readonly data: Record<string, unknown>
}

/** @param types as SQL's `like` takes it; default all. */
export async function toldAbout({ database }: Pick<Identity, 'database'>, subject: string, types = '%'): Promise<Told[]> {
  const rows = await database.owner.db.execute<Told>(
    sql`select type, body->>'actorid' as actor, body->'data' as data from outbox where subject = ${subject} and type like ${types} order by sequence`,
  )
  return [...rows]
}
