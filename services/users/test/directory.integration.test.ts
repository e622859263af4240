import { listUsers as listUsersContract, type UserView } from '@app/contracts/users'
import { newId } from '@app/db/id'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listUsers } from '../src/directory.ts'
import { aCopy, type UsersFixture, usersFixture } from './fixture.ts'

let fixture: UsersFixture
beforeAll(async () => {
  fixture = await usersFixture()
})
afterAll(() => fixture.drop())
beforeEach(() => fixture.owner.db.execute(sql`delete from users`))

const list = (query: Record<string, unknown> = {}) => listUsers({ db: fixture.app.db }, listUsersContract.query.parse(query))
const names = async (query: Record<string, unknown>) => (await list(query)).items.map(({ name }) => name).sort()

async function people(...all: (string | { name: string; email: string })[]) {
  for (const one of all) await fixture.ensure(aCopy(typeof one === 'string' ? { name: one, email: `${newId()}@x.example` } : one))
}

async function everyPage(query: Record<string, unknown>, between: () => Promise<unknown> = async () => {}) {
  const items: UserView[] = []
  let cursor: string | null | undefined
  do {
    const page = await list({ ...query, ...(cursor ? { cursor } : {}) })
    expect(page.items.length).toBeLessThanOrEqual(Number(query['limit']))
    items.push(...page.items)
    cursor = page.nextCursor
    await between()
  } while (cursor)
  return items
}

describe('search', () => {
  it('finds parts of names and addresses, without case and accents', async () => {
    await people('Zoë Łuczak', 'Ada Lovelace', { name: 'Grace Hopper', email: 'grace@navy.example' })
    expect(await names({ search: 'ZOE' })).toEqual(['Zoë Łuczak'])
    expect(await names({ search: 'zoë luc' })).toEqual(['Zoë Łuczak'])
    expect(await names({ search: 'zoe\u0308' })).toEqual(['Zoë Łuczak'])
    expect(await names({ search: 'velac' })).toEqual(['Ada Lovelace'])
    expect(await names({ search: '@NAVY.ex' })).toEqual(['Grace Hopper'])
    expect(await names({ search: 'hopper grace' })).toEqual(['Grace Hopper'])
    expect(await names({ search: 'hopper ada' })).toEqual([])
  })

  it('finds a display name', async () => {
    await people('Ada Lovelace')
    await fixture.owner.db.execute(sql`update users set display_name = 'Countess'`)
    expect(await names({ search: 'countess' })).toEqual(['Ada Lovelace'])
  })

  it('takes one or two letters for the beginning of a word', async () => {
    await people('Bo Adams', 'Ada Bock', 'Carla Abo')
    expect(await names({ search: 'bo' })).toEqual(['Ada Bock', 'Bo Adams'])
    expect(await names({ search: 'c' })).toEqual(['Carla Abo'])
  })

  it('finds one character of a script without an alphabet, and other alphabets without case', async () => {
    await people('山田太郎', 'Жанна Иванова', 'محمد علي')
    expect(await names({ search: '太' })).toEqual(['山田太郎'])
    expect(await names({ search: 'ИВАН' })).toEqual(['Жанна Иванова'])
    expect(await names({ search: 'علي' })).toEqual(['محمد علي'])
  })

  it('takes wildcards for the characters they are', async () => {
    await people('50% off', 'snake_case', 'back\\slash', 'plain')
    expect(await names({ search: '0%' })).toEqual([])
    expect(await names({ search: '50%' })).toEqual(['50% off'])
    expect(await names({ search: '％ ' })).toEqual([])
    expect(await names({ search: 'e_c' })).toEqual(['snake_case'])
    expect(await names({ search: 'k\\s' })).toEqual(['back\\slash'])
    expect(await names({ search: '___' })).toEqual([])
    expect(await names({ search: "' or 1=1 --" })).toEqual([])
  })

  it('finds every person by any part of their name, and never fails', async () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((text) => /\S/.test(text) && !text.includes('\0') && text.isWellFormed())
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 4 }), fc.nat(), async (words, pick) => {
        await fixture.owner.db.execute(sql`delete from users`)
        const copy = aCopy({ name: words.join(' '), email: null })
        await fixture.ensure(copy)
        const search = words[pick % words.length]?.trim().slice(0, 100) ?? ''
        const query = listUsersContract.query.safeParse({ search })
        if (!query.success) return
        expect((await listUsers({ db: fixture.app.db }, query.data)).items.length, search).toBe(1)
      }),
      { numRuns: 150, interruptAfterTimeLimit: 15_000, markInterruptAsFailure: false },
    )
  })
})

describe('filters', () => {
  it('by state, by verification and by time, together too', async () => {
    await fixture.ensure(aCopy({ name: 'a' }))
    await fixture.ensure(aCopy({ name: 'b', state: 'inactive' }))
    await fixture.ensure(aCopy({ name: 'c', emailVerified: false }))
    await fixture.owner.db.execute(sql`update users set created_at = '2026-01-01T00:00:00Z' where name = 'a'`)
    expect(await names({ state: 'inactive' })).toEqual(['b'])
    expect(await names({ verified: 'false' })).toEqual(['c'])
    expect(await names({ verified: 'true', state: 'active' })).toEqual(['a'])
    expect(await names({ createdBefore: '2026-01-01T00:00:00Z' })).toEqual([])
    expect(await names({ createdAfter: '2026-01-01T01:00:00+01:00', createdBefore: '2026-01-01T00:00:00.001Z' })).toEqual(['a'])
  })
})

describe('pages', () => {
  it('have every row exactly once, newest first, for any data, while others come and go', async () => {
    await fc.assert(
      fc.asyncProperty(
        // Few distinct times, so that many rows share one and the id has to decide.
        fc.array(fc.record({ second: fc.nat(3), inactive: fc.boolean() }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        fc.option(fc.constantFrom('active', 'inactive')),
        async (rows, limit, state) => {
          await fixture.owner.db.execute(sql`delete from users`)
          const expected: string[] = []
          for (const { second, inactive } of rows) {
            const copy = aCopy({ state: inactive ? 'inactive' : 'active' })
            if (state === null || copy.state === state) expected.push(copy.id)
            await insert(copy.id, copy.state, `2026-01-01T00:00:0${second}Z`)
          }
          const seen = await everyPage({ limit, ...(state ? { state } : {}) }, () => insert(newId(), 'active', '2026-06-01T00:00:00Z'))
          const known = seen.filter(({ createdAt }) => createdAt < '2026-06')
          expect(known.map(({ id }) => id).sort()).toEqual(expected.sort())
          const order = known.map(({ createdAt, id }) => `${createdAt} ${id}`)
          expect(order).toEqual(order.toSorted().reverse())
        },
      ),
      { numRuns: 25, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
    )
  })

  it('end with null, also when the last one is full', async () => {
    await people('a', 'b')
    expect((await list({ limit: 2 })).nextCursor).toBeNull()
    expect((await list({ limit: 1 })).nextCursor).not.toBeNull()
    await fixture.owner.db.execute(sql`delete from users`)
    expect(await list({})).toEqual({ items: [], nextCursor: null })
  })

  it('go on from a row that is gone by then', async () => {
    await people('a', 'b', 'c')
    const first = await list({ limit: 1 })
    await fixture.owner.db.execute(sql`delete from users where id = ${first.items[0]?.id}`)
    expect((await list({ limit: 5, cursor: first.nextCursor })).items).toHaveLength(2)
  })
})

function insert(id: string, state: string, createdAt: string) {
  return fixture.owner.db.execute(sql`
    insert into users (id, email_verified, name, locale, state, identity_updated_at, created_at)
    values (${id}, true, 'Somebody', 'en', ${state}, now(), ${createdAt})`)
}
