/** Guests: a session without a name, and what they made going to the person they become. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { adoptGuest, sweepAllGuests, sweepGuests } from '../src/guests/sweep-guests.ts'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { aPerson, password, type Visitor } from './visitor.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ workers: false })
})
afterAll(() => identity.close())

const Guest = z.object({ userId: z.uuid(), expiresAt: z.string(), sessionToken: z.string().optional() })
let places = 0
function fresh() {
  places += 1
  return { 'x-real-ip': `10.1.${places}.7` }
}

async function becomeGuest(visitor: Visitor, body: object = {}, headers: Record<string, string> = fresh()) {
  const answer = await visitor.guard('POST', '/api/v1/guests', { body, headers })
  return { answer, guest: Guest.parse(answer.json) }
}

async function rowOf(id: string) {
  const [row] = await identity.database.owner.db.execute<{ user_id: string | null; merged_at: Date | null; closed_at: Date | null }>(
    sql`select user_id, merged_at, closed_at from guests where id = ${id}`,
  )
  return row
}

async function nativeToken(email: string): Promise<string> {
  const opened = await fetch(`${identity.kratos.publicUrl}/self-service/login/api`)
  const { id } = z.object({ id: z.string() }).parse(await opened.json())
  const body = { method: 'password', identifier: email, password }
  const answer = await identity.visitor().guard('POST', `/self-service/login?flow=${id}`, { body })
  return z.object({ session_token: z.string() }).parse(answer.json).session_token
}

async function mergesOf(guestId: string) {
  const rows = await identity.database.owner.db.execute<{ userId: string }>(
    sql`select body->'data'->>'userId' as "userId" from outbox where subject = ${guestId} and type = 'identity.guest.merged.v1'`,
  )
  return rows.map(({ userId }) => userId)
}

describe('a guest', () => {
  it('gets a real session that nobody can read from a script, and nothing personal is stored', async () => {
    const visitor = identity.visitor()
    const { answer, guest } = await becomeGuest(visitor)
    expect(answer.status).toBe(201)
    expect(guest.sessionToken).toBeUndefined()
    const cookies = answer.headers.getSetCookie()
    expect(cookies.find((line) => line.startsWith('vst_guest='))).toMatch(/; HttpOnly$/)
    expect(cookies.find((line) => line.startsWith('vst_guest_here='))).not.toMatch(/HttpOnly/)
    const known = await identity.deps.kratos.getIdentity(guest.userId)
    expect(known?.schema_id).toBe('guest')
    expect(Object.keys(known?.traits ?? {})).toEqual(['handle'])
    expect(await identity.events(guest.userId)).toEqual([])
    const session = await identity.deps.sessions.findSession({ sessionToken: visitor.cookies.get('vst_guest') ?? '' })
    expect(session).toMatchObject({ userId: guest.userId, schemaId: 'guest', traits: { email: null } })
  })

  it('stays the same one when asked twice, and is nobody new for whoever is signed in', async () => {
    const visitor = identity.visitor()
    const first = await becomeGuest(visitor)
    const second = await becomeGuest(visitor)
    expect(second.answer.status).toBe(200)
    expect(second.guest.userId).toBe(first.guest.userId)
    const person = identity.visitor()
    await person.register(aPerson())
    const refused = await person.guard('POST', '/api/v1/guests', { body: {}, headers: fresh() })
    expect(refused.status).toBe(409)
    expect(refused.json).toMatchObject({ code: 'already-signed-in' })
  })

  it('of a native app gets the token in the answer and no cookie', async () => {
    const { answer, guest } = await becomeGuest(identity.visitor(), { keptAs: 'token' })
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(guest.sessionToken).toMatch(/^ory_st_/)
  })

  it('cannot make themselves a person in the settings', async () => {
    const { guest } = await becomeGuest(identity.visitor(), { keptAs: 'token' })
    const token = { 'x-session-token': guest.sessionToken ?? '' }
    const flow = await fetch(`${identity.kratos.publicUrl}/self-service/settings/api`, { headers: token })
    const { id } = z.object({ id: z.string() }).parse(await flow.json())
    const visitor = identity.visitor()
    for (const body of [
      { method: 'password', password },
      { method: 'profile', traits: { handle: 'x'.repeat(32) } },
    ]) {
      const answer = await visitor.guard('POST', `/self-service/settings?flow=${id}`, { body, headers: token })
      expect(answer.status).toBe(403)
      expect(answer.json).toMatchObject({ code: 'forbidden' })
    }
  })

  it('is one of few from one network, whatever the last numbers of the address', async () => {
    const visitor = identity.visitor()
    const limit = 60
    await identity.database.owner.db.execute(
      sql`insert into guest_arrivals (address_range, minute, count) values ('192.0.2', date_trunc('minute', now()), ${limit - 1}), ('2001:db8:1:2', date_trunc('minute', now()), ${limit})`,
    )
    const ask = (address: string) => identity.visitor().guard('POST', '/api/v1/guests', { body: {}, headers: { 'x-real-ip': address } })
    expect((await ask('192.0.2.9')).status).toBe(201)
    const refused = await ask('192.0.2.200')
    expect(refused.status).toBe(429)
    expect(refused.json).toMatchObject({ code: 'too-many-requests' })
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    expect((await ask('2001:db8:1:2::7')).status).toBe(429)
    expect((await ask('2001:db8:1:3::7')).status).toBe(201)
    expect((await becomeGuest(visitor, {}, { 'x-real-ip': '192.0.3.9' })).answer.status).toBe(201)
  })

  it('is not made for another site', async () => {
    const answer = await identity
      .visitor()
      .guard('POST', '/api/v1/guests', { body: {}, headers: { ...fresh(), origin: 'https://evil.example' } })
    expect(answer.status).toBe(403)
    expect(answer.json).toMatchObject({ code: 'cross-origin' })
  })
})

describe('a guest who becomes somebody', () => {
  it('by registering, is moved once, and the guest is over', async () => {
    const visitor = identity.visitor()
    const { guest } = await becomeGuest(visitor)
    const token = visitor.cookies.get('vst_guest') ?? ''
    await visitor.register(aPerson())
    expect(await mergesOf(guest.userId)).toEqual([(await visitor.whoami()).userId])
    expect(visitor.cookies.has('vst_guest')).toBe(false)
    expect(await identity.deps.sessions.findSession({ sessionToken: token })).toBeNull()
    expect(await identity.deps.kratos.getIdentity(guest.userId)).toBeNull()
    expect((await rowOf(guest.userId))?.closed_at).not.toBeNull()
    expect(identity.revoked).toContainEqual({ scope: 'identity', id: guest.userId })
  })

  it('by signing in, is moved to the account that was there; a wrong password moves nothing', async () => {
    const person = aPerson()
    const before = identity.visitor()
    await before.register(person)
    const { userId } = await before.whoami()
    const visitor = identity.visitor()
    const { guest } = await becomeGuest(visitor)
    await visitor.signIn(person.email, 'quite another 81')
    expect(await mergesOf(guest.userId)).toEqual([])
    await visitor.signIn(person.email)
    expect(await mergesOf(guest.userId)).toEqual([userId])
  })

  it('in two places at once becomes one of them', async () => {
    const guest = identity.visitor()
    const { guest: made } = await becomeGuest(guest)
    const token = guest.cookies.get('vst_guest') ?? ''
    const people = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const visitor = identity.visitor()
        await visitor.register(aPerson())
        return visitor
      }),
    )
    const answers = await Promise.all(
      people.map((visitor) => visitor.guard('POST', '/api/v1/guests/merge', { body: { guestToken: token } })),
    )
    const merged = answers.filter(({ json }) => z.object({ merged: z.boolean() }).parse(json).merged)
    expect(merged).toHaveLength(1)
    expect(await mergesOf(made.userId)).toHaveLength(1)
  })

  it('is asked for again with the cookie when it did not work at the sign-in', async () => {
    const visitor = identity.visitor()
    const { guest } = await becomeGuest(visitor)
    const cookie = visitor.cookies.get('vst_guest') ?? ''
    visitor.cookies.delete('vst_guest')
    await visitor.register(aPerson())
    visitor.cookies.set('vst_guest', cookie)
    const answer = await visitor.guard('POST', '/api/v1/guests/merge', { body: {} })
    expect(answer.json).toEqual({ merged: true })
    const again = await visitor.guard('POST', '/api/v1/guests/merge', { body: { guestToken: cookie } })
    expect(again.json).toEqual({ merged: false })
    expect(await mergesOf(guest.userId)).toHaveLength(1)
  })

  it("never takes a person's session for a guest's", async () => {
    const victim = identity.visitor()
    const person = aPerson()
    await victim.register(person)
    const token = await nativeToken(person.email)
    const visitor = identity.visitor()
    await visitor.register(aPerson())
    const answer = await visitor.guard('POST', '/api/v1/guests/merge', { body: { guestToken: token } })
    expect(answer.json).toEqual({ merged: false })
    expect(await identity.deps.sessions.findSession({ sessionToken: token })).not.toBeNull()
  })
})

describe('what is left over', () => {
  it('of a merge that was cut off after its commit is closed by the sweep', async () => {
    const visitor = identity.visitor()
    const { guest } = await becomeGuest(visitor)
    await identity.database.owner.db.execute(
      sql`update guests set user_id = gen_random_uuid(), merged_at = now() - interval '1 minute' where id = ${guest.userId}`,
    )
    await sweepAllGuests(identity.deps, new AbortController().signal)
    expect(await identity.deps.kratos.getIdentity(guest.userId)).toBeNull()
    expect((await rowOf(guest.userId))?.closed_at).not.toBeNull()
  })

  it('of a guest whose session is over is removed, and everybody is told once', async () => {
    const { guest } = await becomeGuest(identity.visitor())
    await identity.database.owner.db.execute(sql`update guests set expires_at = now() - interval '1 second' where id = ${guest.userId}`)
    const signal = new AbortController().signal
    await Promise.all([sweepGuests(identity.deps, signal), sweepGuests(identity.deps, signal)])
    expect(await identity.deps.kratos.getIdentity(guest.userId)).toBeNull()
    expect(await identity.events(guest.userId)).toEqual([
      { type: 'identity.guest.removed.v1', subject: guest.userId, version: 1, change: null },
    ])
  })

  it('of a guest whom only Kratos knows is found', async () => {
    await identity.deps.kratos.createGuests(['h'.repeat(32)], '$2a$04$zdH3cfKMM1e3b2QwcRh4K.0uZ1Yv9Y5hT3uI0bV3yGmP4sB9l9gP2')
    const [left] = (await identity.deps.kratos.listPage(null, 250)).filter(({ traits }) => traits['handle'] === 'h'.repeat(32))
    if (left === undefined) throw new Error('Kratos does not list the guest')
    await adoptGuest(identity.deps, { ...left, created_at: '2026-01-01T00:00:00.000Z' })
    await sweepAllGuests(identity.deps, new AbortController().signal)
    expect(await identity.deps.kratos.getIdentity(left.id)).toBeNull()
  })

  it('of a guest who wants to be forgotten goes at once', async () => {
    const visitor = identity.visitor()
    const { guest } = await becomeGuest(visitor, { keptAs: 'token' })
    const answer = await visitor.guard('DELETE', '/api/v1/guests/me', { headers: { 'x-session-token': guest.sessionToken ?? '' } })
    expect(answer.status).toBe(204)
    expect(await identity.deps.kratos.getIdentity(guest.userId)).toBeNull()
    expect(await identity.events(guest.userId)).toHaveLength(1)
  })
})
