/** Who is gone, and who has not yet said that nothing is left of them: for platform administrators. */
import type { QueryOf } from '@app/contracts/contract'
import type { ErasureView, listErasures as listErasuresContract } from '@app/contracts/leaving'
import { Moment } from '@app/contracts/values'
import { decodeCursor, encodeCursor } from '@app/db/cursor'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Deps } from '../deps.ts'

const Position = z.tuple([Moment, z.uuid()])

/** @throws {InvalidRequest} the cursor is not one of this list. */
export async function listErasures({ app }: Deps, { limit, cursor, awaited }: QueryOf<typeof listErasuresContract>) {
  const before = cursor === undefined ? null : decodeCursor(Position, cursor)
  const rows = await app.db.execute<{ identity_id: string; erased_at: string; awaited: string[] }>(sql`
    select identity_id, to_char(erased_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as erased_at,
      coalesce(array_agg(service order by service) filter (where done_at is null), '{}') as awaited
    from erasures
    where ${before === null ? sql`true` : sql`(erased_at, identity_id) < (${before[0]}::timestamptz, ${before[1]}::uuid)`}
    group by identity_id, erasures.erased_at
    having ${awaited === undefined ? sql`true` : awaited ? sql`bool_or(done_at is null)` : sql`bool_and(done_at is not null)`}
    order by erasures.erased_at desc, identity_id desc limit ${limit + 1}`)
  const page = [...rows].slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map((row): ErasureView => ({ userId: row.identity_id, erasedAt: row.erased_at, awaited: row.awaited })),
    nextCursor: last && rows.length > page.length ? encodeCursor([last.erased_at, last.identity_id]) : null,
  }
}
