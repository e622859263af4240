import { newId } from '@app/db/id'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { userConsumers } from '../src/consumers.ts'
import { aCopy, log, type UsersFixture, usersFixture } from './fixture.ts'

let fixture: UsersFixture
beforeAll(async () => {
  fixture = await usersFixture()
})
afterAll(() => fixture.drop())

async function ask(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const response = await fixture.publicApp.request(`/api/v1${path}`, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? null : JSON.parse(text) }
}

const keep = (headers: Record<string, string>, key: string, value: unknown) => ask('PUT', `/preferences/${key}`, headers, { value })

async function own(headers: Record<string, string>): Promise<Record<string, unknown>> {
  const { json } = await ask('GET', '/preferences', headers)
  return Object.fromEntries(json.items.map(({ key, value }: { key: string; value: unknown }) => [key, value]))
}

/** Hands the event to the consumer as the broker would, in a transaction of its own. */
async function hear(type: 'merged' | 'removed', guestId: string, userId?: string): Promise<void> {
  const identity = { call: () => Promise.reject(new Error('nobody asks')) }
  const consumer = userConsumers({ identity }).find(({ name }) => name === `users.guest-${type}`)
  const event = {
    specversion: '1.0',
    id: newId(),
    source: 'identity',
    type: `identity.guest.${type}.v1`,
    subject: guestId,
    time: new Date().toISOString(),
    version: 1,
    data: userId === undefined ? {} : { userId },
  }
  const { signal } = new AbortController()
  const prepared = await consumer?.prepare(event, { signal, log })
  await fixture.system.db.transaction(async (tx) => void (await prepared?.handle({ tx, signal, log })))
}

describe('preferences', () => {
  it('are kept, replaced, listed by key and removed, each person their own', async () => {
    const [ann, bob] = [fixture.signIn(aCopy()), fixture.signIn(aCopy())]
    expect((await keep(ann, 'app.sidebar', { open: true })).status).toBe(200)
    await keep(ann, 'app.columns', ['name', 'size'])
    await keep(ann, 'app.sidebar', null)
    await keep(bob, 'app.sidebar', 'his')
    expect(await own(ann)).toEqual({ 'app.columns': ['name', 'size'], 'app.sidebar': null })
    expect((await ask('DELETE', '/preferences/app.sidebar', ann)).status).toBe(204)
    expect((await ask('DELETE', '/preferences/app.sidebar', ann)).status).toBe(204)
    expect(await own(ann)).toEqual({ 'app.columns': ['name', 'size'] })
    expect(await own(bob)).toEqual({ 'app.sidebar': 'his' })
  })

  it.each([
    ['in upper case', 'App', { value: 1 }],
    ['with an empty word', 'a..b', { value: 1 }],
    ['of 65 letters', `a${'b'.repeat(64)}`, { value: 1 }],
    ['whose value is too large', 'app', { value: 'x'.repeat(4096) }],
    ['without a value', 'app', {}],
    ['with another field', 'app', { value: 1, other: 2 }],
  ])('refuse a key %s', async (_, key, body) => {
    const headers = fixture.signIn(aCopy())
    expect((await ask('PUT', `/preferences/${key}`, headers, body)).status).toBe(400)
    expect(await own(headers)).toEqual({})
  })

  it('end at a hundred, also for many that come at once', async () => {
    const headers = fixture.signIn(aCopy())
    for (let start = 0; start < 98; start += 14) {
      await Promise.all(Array.from({ length: 14 }, (_, index) => keep(headers, `app.k${start + index}`, index)))
    }
    const last = await Promise.all(Array.from({ length: 6 }, (_, index) => keep(headers, `app.more${index}`, index)))
    expect(last.filter(({ status }) => status === 200)).toHaveLength(2)
    expect(last.filter(({ json }) => json.code === 'too-many-preferences')).toHaveLength(4)
    expect((await keep(headers, 'app.k1', 'another')).status).toBe(200)
  })
})

describe('preferences of a guest', () => {
  it('go to the person, whose own stay', async () => {
    const [guestId, person] = [newId(), aCopy()]
    const [guest, signedIn] = [fixture.signIn(aCopy({ id: guestId })), fixture.signIn(person)]
    await keep(guest, 'app.theme', 'dark')
    await keep(guest, 'app.language', 'nl')
    await keep(signedIn, 'app.theme', 'light')
    await hear('merged', guestId, person.id)
    expect(await own(signedIn)).toEqual({ 'app.language': 'nl', 'app.theme': 'light' })
    expect(await own(guest)).toEqual({})
  })

  it('that are written while they move end with the person, each once', async () => {
    const [guestId, person] = [newId(), aCopy()]
    const [guest, signedIn] = [fixture.signIn(aCopy({ id: guestId })), fixture.signIn(person)]
    const writes = Array.from({ length: 30 }, (_, index) => keep(guest, `app.k${index}`, index))
    await Promise.all([...writes.slice(0, 15), hear('merged', guestId, person.id), hear('merged', guestId, newId()), ...writes.slice(15)])
    const rows = await fixture.owner.db.execute(sql`select owner_id from preferences where owner_id = ${guestId}`)
    expect(rows).toHaveLength(0)
    expect(Object.keys(await own(signedIn)).length + Object.keys(await others(guestId, person.id)).length).toBe(30)
  })

  it('go with a guest who is removed, and nothing can be added after', async () => {
    const guestId = newId()
    const guest = fixture.signIn(aCopy({ id: guestId }))
    await keep(guest, 'app.theme', 'dark')
    await hear('removed', guestId)
    expect(await own(guest)).toEqual({})
    expect((await keep(guest, 'app.theme', 'dark')).status).toBe(401)
  })

  /** Of two merges of one guest the first one counts, whichever that was. */
  async function others(guestId: string, personId: string): Promise<Record<string, unknown>> {
    const rows = await fixture.owner.db.execute<{ key: string }>(
      sql`select key from preferences where owner_id = (select user_id from merged_guests where guest_id = ${guestId}) and owner_id <> ${personId}`,
    )
    return Object.fromEntries(rows.map(({ key }) => [key, true]))
  }
})
