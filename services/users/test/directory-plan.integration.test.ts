import { listUsers as listUsersContract } from '@app/contracts/users'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { directoryFilter } from '../src/directory.ts'
import { type UsersFixture, usersFixture } from './fixture.ts'

let fixture: UsersFixture
beforeAll(async () => {
  fixture = await usersFixture()
  // In pieces: a statement may take only seconds, also on a machine that does much else.
  for (let from = 1; from < 2000; from += 250) {
    await fixture.owner.db.execute(sql`
      insert into users (id, email, email_verified, name, locale, state, identity_updated_at, created_at)
      select gen_random_uuid(), md5(n::text) || '@x.example', n % 200 <> 0, 'Person ' || md5((n * 7)::text), 'en',
        case when n % 200 = 0 then 'inactive' else 'active' end, now(), now() - n * interval '1 second'
      from generate_series(${from}::int, ${from + 249}::int) as n`)
  }
  await fixture.owner.db.execute(sql`analyze users`)
})
afterAll(() => fixture.drop())

/** As the planner sees it with the values that were asked for. */
async function planOf(query: Record<string, string>): Promise<string> {
  const filter = directoryFilter(listUsersContract.query.parse(query)) ?? sql`true`
  const explained = sql`explain select * from users where ${filter} order by created_at desc, id desc limit 26`
  return (await fixture.app.db.execute(explained)).map((line) => line['QUERY PLAN']).join('\n')
}

const cursor = Buffer.from(JSON.stringify(['2026-01-01T00:00:00.000Z', '0198c0de-0000-7000-8000-000000000000'])).toString('base64url')

it.each([
  ['a page', {}, 'users_created'],
  ['a later page', { cursor }, 'users_created'],
  ['a stretch of time', { createdAfter: '2026-01-01T00:00:00Z', createdBefore: '2026-02-01T00:00:00Z' }, 'users_created'],
  ['a search', { search: 'd0ab3' }, 'users_search'],
  ['a search for nobody', { search: 'qqxqq' }, 'users_search'],
  ['a short search', { search: 'qq' }, 'users_search'],
  ['a search in another script', { search: '山' }, 'users_search'],
  ['the few who are inactive', { state: 'inactive' }, 'users_inactive'],
  ['the few who are not verified', { verified: 'false' }, 'users_unverified'],
])('reads an index for %s, never the table from end to end', async (_, query, index) => {
  const plan = await planOf(query)
  expect(plan).toContain(index)
  expect(plan).not.toContain('Seq Scan')
})
