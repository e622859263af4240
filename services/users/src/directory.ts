/** Everybody, for platform administrators: newest first, in keyset pages. */
import type { QueryOf } from '@app/contracts/contract'
import type { listUsers as listUsersContract, UserView } from '@app/contracts/users'
import { Moment } from '@app/contracts/values'
import { decodeCursor, encodeCursor } from '@app/db/cursor'
import { and, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { users } from './schema.ts'
import { type UsersDeps, viewOf } from './users.ts'

export type DirectoryQuery = QueryOf<typeof listUsersContract>

/** The last row of the page before. */
const Position = z.tuple([Moment, z.uuid()])

/** More words hardly narrow a search; the rest of the text is left out. */
const maxWords = 8

/** @throws {InvalidRequest} the cursor is not one of this list. */
export async function listUsers({ db }: UsersDeps, query: DirectoryQuery): Promise<{ items: UserView[]; nextCursor: string | null }> {
  const rows = await db
    .select()
    .from(users)
    .where(directoryFilter(query))
    .orderBy(sql`created_at desc, id desc`)
    .limit(query.limit + 1)
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  const nextCursor = last && rows.length > page.length ? encodeCursor([last.createdAt.toISOString(), last.id]) : null
  return { items: page.map(viewOf), nextCursor }
}

/** Literals for state and verified, so that the partial indexes of few rows can be used. */
export function directoryFilter({ search, state, verified, createdAfter, createdBefore, cursor }: DirectoryQuery): SQL | undefined {
  const [createdAt, id] = cursor === undefined ? [] : decodeCursor(Position, cursor)
  return and(
    createdAt === undefined ? undefined : sql`(created_at, id) < (${createdAt}::timestamptz, ${id}::uuid)`,
    ...wordsOf(search).map((word) => sql`search_text like word_pattern(${word})`),
    state && { active: sql`state = 'active'`, inactive: sql`state = 'inactive'` }[state],
    verified === undefined ? undefined : verified ? sql`email_verified` : sql`not email_verified`,
    createdAfter === undefined ? undefined : sql`created_at >= ${createdAfter}::timestamptz`,
    createdBefore === undefined ? undefined : sql`created_at < ${createdBefore}::timestamptz`,
  )
}

/** Every word must be found, in any order. */
function wordsOf(search: string | undefined): string[] {
  return (search ?? '')
    .split(/\s+/u)
    .filter((word) => word !== '')
    .slice(0, maxWords)
}
