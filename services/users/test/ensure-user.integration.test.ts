import { newId } from '@app/db/id'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureUser, eraseUser } from '../src/ensure-user.ts'
import { aCopy, type UsersFixture, usersFixture } from './fixture.ts'

let fixture: UsersFixture
beforeAll(async () => {
  fixture = await usersFixture({ max: 20 })
})
afterAll(() => fixture.drop())

const registered = ['users.user.registered.v1']

describe('ensureUser', () => {
  it('makes one row and one event of however many calls at once', async () => {
    const copies = Array.from({ length: 5 }, () => aCopy())
    await Promise.all(Array.from({ length: 100 }, (_, index) => fixture.ensure(copies[index % 5] ?? aCopy())))
    for (const { id } of copies) {
      expect(await fixture.row(id)).toMatchObject({ version: 1 })
      expect(await fixture.events(id)).toEqual(registered)
    }
  })

  it('stores neither row nor event when the transaction does not commit, and both when it is repeated', async () => {
    const copy = aCopy()
    const killed = fixture.app.db.transaction(async (tx) => {
      await ensureUser(tx, copy)
      throw new Error('killed')
    })
    await expect(killed).rejects.toThrow('killed')
    expect([await fixture.row(copy.id), await fixture.events(copy.id)]).toEqual([undefined, []])
    await fixture.ensure(copy)
    expect(await fixture.events(copy.id)).toEqual(registered)
  })

  it('survives its connection being ended between the row and the commit', async () => {
    const copy = aCopy()
    const cut = fixture.app.db.transaction(async (tx) => {
      await ensureUser(tx, copy)
      await tx.execute(sql`select pg_terminate_backend(pg_backend_pid())`)
    })
    await expect(cut).rejects.toThrow()
    await fixture.ensure(copy)
    expect(await fixture.events(copy.id)).toEqual(registered)
  })

  it('takes newer data and never older, in whatever order and however many at once they come', async () => {
    const id = newId()
    const copies = Array.from({ length: 30 }, (_, index) =>
      aCopy({ id, name: `Name ${index}`, updatedAt: `2026-11-21T09:00:${String(index).padStart(2, '0')}.000Z` }),
    )
    await Promise.all(copies.toSorted(() => Math.random() - 0.5).map((copy) => fixture.ensure(copy)))
    expect(await fixture.row(id)).toMatchObject({ name: 'Name 29' })
    expect(await fixture.events(id)).toEqual(registered)
  })

  it('counts a version only for what can be seen', async () => {
    const copy = aCopy()
    await fixture.ensure(copy)
    await fixture.ensure({ ...copy, updatedAt: '2026-11-21T09:00:01.000Z' })
    expect(await fixture.row(copy.id)).toMatchObject({ version: 1 })
    await fixture.ensure({ ...copy, phone: '+31612345678', updatedAt: '2026-11-21T09:00:02.000Z' })
    expect(await fixture.row(copy.id)).toMatchObject({ version: 2, phone: '+31612345678' })
  })

  it('takes a verified address at the same time of the identity, and does not lose it again', async () => {
    const copy = aCopy({ emailVerified: false })
    await fixture.ensure(copy)
    await fixture.ensure({ ...copy, emailVerified: true })
    await fixture.ensure(copy)
    expect(await fixture.row(copy.id)).toMatchObject({ email_verified: true, version: 2 })
    await fixture.ensure({ ...copy, email: 'new@example.org', updatedAt: '2026-11-21T09:00:01.000Z' })
    expect(await fixture.row(copy.id)).toMatchObject({ email_verified: false, email: 'new@example.org' })
  })

  it('takes a verified address from a session, whose times have no microseconds', async () => {
    const copy = aCopy({ emailVerified: false, updatedAt: '2026-11-21T09:00:00.123456Z' })
    await fixture.ensure(copy)
    await fixture.ensure({ ...copy, emailVerified: true, updatedAt: '2026-11-21T09:00:00.123Z' })
    expect(await fixture.row(copy.id)).toMatchObject({ email_verified: true, version: 2 })
    await fixture.ensure({ ...copy, emailVerified: false, name: 'older', updatedAt: '2026-11-21T09:00:00.123400Z' })
    expect(await fixture.row(copy.id)).toMatchObject({ email_verified: true, name: copy.name })
  })

  it('tells microseconds apart', async () => {
    const copy = aCopy({ name: 'newer', updatedAt: '2026-11-21T09:00:00.000002Z' })
    await fixture.ensure(copy)
    await fixture.ensure({ ...copy, name: 'older', updatedAt: '2026-11-21T09:00:00.000001Z' })
    expect(await fixture.row(copy.id)).toMatchObject({ name: 'newer' })
  })

  it('leaves own columns alone', async () => {
    const copy = aCopy()
    await fixture.ensure(copy)
    await fixture.owner.db.execute(sql`update users set title = 'Engineer' where id = ${copy.id}`)
    await fixture.ensure({ ...copy, name: 'Other', updatedAt: '2026-11-22T09:00:00.000Z' })
    expect(await fixture.row(copy.id)).toMatchObject({ title: 'Engineer', name: 'Other' })
  })
})

describe('eraseUser', () => {
  const erase = (id: string) => fixture.system.db.transaction((tx) => eraseUser(tx, id))

  it('removes the person, and nothing late brings them back', async () => {
    const copy = aCopy()
    await fixture.ensure(copy)
    await erase(copy.id)
    await erase(copy.id)
    await fixture.ensure({ ...copy, updatedAt: '2027-01-01T00:00:00.000Z' })
    expect(await fixture.row(copy.id)).toBeUndefined()
  })

  it('wins against an ensure at the same moment', async () => {
    const copies = Array.from({ length: 20 }, () => aCopy())
    await Promise.all(copies.flatMap((copy) => [fixture.ensure(copy), erase(copy.id), fixture.ensure(copy)]))
    for (const { id } of copies) expect(await fixture.row(id)).toBeUndefined()
  })

  it('remembers ids and nothing else', async () => {
    const columns = await fixture.owner.db.execute(
      sql`select column_name from information_schema.columns where table_name = 'erased_users'`,
    )
    expect(columns.map((column) => column['column_name']).sort()).toEqual(['erased_at', 'id'])
  })
})
