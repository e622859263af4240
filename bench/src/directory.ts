/**
 * The directory with 100 000 people: each search and page as the service runs it, beside a plain `ilike` over the same table.
 *
 *   VESTIBULE_TEST_POSTGRES_URL=postgres://… node bench/src/directory.ts [rows]
 */
import { fileURLToPath } from 'node:url'
import { listUsers as listUsersContract } from '@app/contracts/users'
import type { Database } from '@app/db/database'
import { testDatabase } from '@app/testing/database'
import { type DirectoryQuery, directoryFilter, listUsers } from '@app/users/directory'
import { type SQL, sql } from 'drizzle-orm'

const rows = Number(process.argv[2] ?? 100_000)
const runs = 15

/** What the plain scan gets instead of the index; null where there is nothing to compare. */
const cases: { title: string; query: Record<string, string>; plain: string | null }[] = [
  { title: 'first page', query: {}, plain: null },
  { title: 'a page in the middle', query: { cursor: 'middle' }, plain: null },
  { title: 'one person by address', query: { search: 'p4242@mail42' }, plain: 'p4242@mail42' },
  { title: 'a family name', query: { search: 'venubora' }, plain: 'venubora' },
  { title: 'part of a name', query: { search: 'enubo' }, plain: 'enubo' },
  { title: 'two words in any order', query: { search: 'example venubora' }, plain: 'venubora' },
  { title: 'nobody', query: { search: 'qqxqq' }, plain: 'qqxqq' },
  { title: 'everybody (their domain)', query: { search: 'example' }, plain: 'example' },
  { title: 'two letters', query: { search: 'ra' }, plain: 'ra' },
  { title: 'one letter', query: { search: 'q' }, plain: 'q' },
  { title: 'one Chinese character', query: { search: '郎' }, plain: '郎' },
  { title: 'inactive people (1 in 1000)', query: { state: 'inactive' }, plain: null },
  { title: 'unverified people (1 in 100) by name', query: { verified: 'false', search: 'venu' }, plain: 'venu' },
]

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const database = await testDatabase('directory', [
  { name: 'outbox', folder: folder('../../packages/outbox/migrations') },
  { name: 'users', folder: folder('../../services/users/migrations') },
])
try {
  await fill(database.owner)
  await measureAll(database.app.db)
} finally {
  await database.drop()
}

async function measureAll(db: Database['db']): Promise<void> {
  print(['case', 'found', 'ms', 'plain ms', 'ratio', 'plan'])
  for (const { title, query, plain } of cases) {
    const parsed = listUsersContract.query.parse({ ...query, ...(query['cursor'] ? { cursor: await middleCursor(db) } : {}) })
    const { items } = await listUsers({ db }, parsed)
    const ours = await medianMs(() => listUsers({ db }, parsed))
    const theirs = plain === null ? null : await medianMs(() => db.execute(plainScan(plain)))
    const ratio = theirs === null ? '' : `${(theirs / ours).toFixed(1)} ×`
    print([title, `${items.length}`, ours.toFixed(1), theirs?.toFixed(1) ?? '', ratio, await planOf(db, parsed)])
  }
}

function plainScan(term: string): SQL {
  return sql`select * from users where name ilike ${`%${term}%`} or display_name ilike ${`%${term}%`} or email ilike ${`%${term}%`}
    order by created_at desc, id desc limit 26`
}

async function medianMs(work: () => PromiseLike<unknown>): Promise<number> {
  const times: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const startedAt = performance.now()
    await work()
    times.push(performance.now() - startedAt)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? 0
}

/** The scans of the plan: an index by its name, or `Seq Scan`. */
async function planOf(db: Database['db'], query: DirectoryQuery): Promise<string> {
  const lines = await db.execute<Record<string, string>>(
    sql`explain select * from users where ${directoryFilter(query) ?? sql`true`} order by created_at desc, id desc limit ${query.limit + 1}`,
  )
  const text = lines.map((line) => line['QUERY PLAN']).join('\n')
  return [...text.matchAll(/Seq Scan|users_\w+/g)].map(([name]) => name).join(' + ')
}

async function middleCursor(db: Database['db']): Promise<string> {
  const [row] = await db.execute<{ at: string; id: string }>(
    sql`select to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, id from users order by created_at desc offset ${Math.floor(rows / 2)} limit 1`,
  )
  return Buffer.from(JSON.stringify([row?.at, row?.id])).toString('base64url')
}

/** Names of three or four syllables, 1 in 500 Japanese; the same on every run. In pieces, as a statement may take only seconds. */
async function fill({ db }: Database): Promise<void> {
  const [first, last] = [syllables('n', 3), syllables('n / 20 + 7', 4)]
  for (let from = 1; from <= rows; from += 2000) {
    await db.execute(
      sql.raw(`
        insert into users (id, email, email_verified, name, locale, state, identity_updated_at, created_at)
        select gen_random_uuid(), 'p' || n || '@mail' || n % 50 || '.example', n % 100 <> 0,
          case when n % 500 = 0 then '山田太郎' else initcap(${first}) || ' ' || initcap(${last}) end,
          'en', case when n % 1000 = 0 then 'inactive' else 'active' end, now(), now() - n * interval '1 minute'
        from generate_series(${from}, ${Math.min(from + 1999, rows)}) as n`),
    )
  }
  await db.execute(sql`analyze users`)
}

function syllables(seed: string, count: number): string {
  const all = `(array['ra','si','ko','ve','nu','bo','mi','ta','le','do','fi','ga'])`
  return Array.from({ length: count }, (_, index) => `${all}[1 + abs(hashint4((${seed}) * 31 + ${index})) % 12]`).join(' || ')
}

function print(cells: readonly string[]): void {
  const widths = [40, 7, 8, 9, 9, 0]
  process.stdout.write(
    `${cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join(' ')
      .trimEnd()}\n`,
  )
}
