import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { aPerson, codeOf, type Heard, messageIds, password, type Visitor } from './visitor.ts'

const first = '2026-11'
const second = '2027-01'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ standing: { termsVersion: first } })
})
afterAll(() => identity.close())

const register = (visitor: Visitor, traits: Record<string, unknown>, fields: Record<string, unknown> = { terms_accepted: first }) =>
  visitor.submit('registration', { method: 'password', password, traits, ...fields })
const accept = (visitor: Visitor, version: string) => visitor.guard('POST', '/api/v1/terms/accept', { body: { version } })
const Standing = z.object({ standing: z.array(z.string()) })
const standingOf = async (visitor: Visitor) => Standing.parse((await visitor.guard('GET', '/api/v1/session')).json).standing
const Acceptances = z.object({ items: z.array(z.object({ version: z.string(), acceptedAt: z.string() })) })
const acceptances = async (visitor: Visitor) => Acceptances.parse((await visitor.guard('GET', '/api/v1/terms/acceptances')).json).items

/** Somebody whom nobody asked: as after a provider, or by an invitation. */
async function unasked(): Promise<{ ann: Visitor; userId: string }> {
  const ann = identity.visitor()
  await register(ann, aPerson())
  const { userId = '' } = await ann.whoami()
  await identity.deps.kratos.patchIdentity(userId ?? '', [{ op: 'remove', path: '/metadata_public/termsAccepted' }])
  await identity.database.owner.db.execute(sql`delete from accepted_terms where identity_id = ${userId}`)
  return { ann, userId: userId ?? '' }
}

/** The same person at an instance for which other terms are in force. */
async function withVersion<T>(version: string, work: () => Promise<T>): Promise<T> {
  const { standing } = identity.deps
  Object.assign(standing, { termsVersion: version })
  try {
    return await work()
  } finally {
    Object.assign(standing, { termsVersion: first })
  }
}

describe('the terms', () => {
  it('are told to anybody, with their text in both languages', async () => {
    const { json } = await identity.visitor().guard('GET', '/api/v1/terms')
    expect(json).toEqual({ version: first, textAt: { en: 'https://example.org/terms/en', nl: 'https://example.org/terms/nl' } })
    await withVersion('', async () => {
      expect((await identity.visitor().guard('GET', '/api/v1/terms')).json).toEqual({ version: null, textAt: null })
    })
  })
})

describe('a registration', () => {
  it.each([
    ['without them', {}],
    ['with an older version', { terms_accepted: '2020-01' }],
    ['with a tick that names none', { terms_accepted: true }],
    ['with an empty one', { terms_accepted: '' }],
  ])('is refused %s', async (_, fields) => {
    const person = aPerson()
    const heard = await register(identity.visitor(), person, fields)
    expect(heard.status).toBe(400)
    expect(messagesIn(heard)).toContain(9_000_013)
    expect(await identity.deps.kratos.findIdentity(person.email)).toBeNull()
  })

  it('with them is complete: nothing is asked afterwards, version and time are kept', async () => {
    const ann = identity.visitor()
    const before = Date.now()
    expect((await register(ann, aPerson())).status).toBe(200)
    expect(await standingOf(ann)).toEqual([])
    const [kept, ...more] = await acceptances(ann)
    expect([kept?.version, more]).toEqual([first, []])
    expect(Math.abs(Date.parse(kept?.acceptedAt ?? '') - before)).toBeLessThan(60_000)
  })

  it('asks for nothing while no terms are in force', async () => {
    await withVersion('', async () => {
      const ann = identity.visitor()
      expect((await register(ann, aPerson(), {})).status).toBe(200)
      expect(await standingOf(ann)).toEqual([])
    })
  })
})

describe('accepting', () => {
  it('is the only thing left to somebody whom nobody asked, and then everything is open', async () => {
    const { ann } = await unasked()
    expect(await standingOf(ann)).toEqual(['terms-not-accepted'])
    expect(codeOf(await ann.guard('GET', '/api/v1/contact'))).toBe('terms-not-accepted')
    expect((await accept(ann, first)).status).toBe(200)
    expect(await standingOf(ann)).toEqual([])
    expect((await ann.guard('GET', '/api/v1/contact')).status).toBe(200)
  })

  it('tells every service before it is answered', async () => {
    const { ann, userId } = await unasked()
    const known = identity.revoked.length
    await accept(ann, first)
    expect(identity.revoked.slice(known)).toContainEqual({ scope: 'identity', id: userId })
  })

  it('is asked again when the terms change, and both are kept', async () => {
    const ann = identity.visitor()
    await register(ann, aPerson())
    await withVersion(second, async () => {
      expect(await standingOf(ann)).toEqual(['terms-not-accepted'])
      expect(codeOf(await accept(ann, first))).toBe('terms-not-in-force')
      expect((await accept(ann, second)).status).toBe(200)
      expect(await standingOf(ann)).toEqual([])
    })
    expect((await acceptances(ann)).map(({ version }) => version)).toEqual([second, first])
    // The old ones are back: they were accepted, and one press says so again.
    expect(await standingOf(ann)).toEqual(['terms-not-accepted'])
    expect((await accept(ann, first)).status).toBe(200)
    expect(await standingOf(ann)).toEqual([])
  })

  it.each(['2026-10', '', 'x'.repeat(41)])('refuses version %j', async (version) => {
    const { ann } = await unasked()
    const heard = await accept(ann, version)
    expect([400, 409]).toContain(heard.status)
    expect(await acceptances(ann)).toEqual([])
    expect(await standingOf(ann)).toEqual(['terms-not-accepted'])
  })

  it('refuses any version while none is in force', async () => {
    const { ann } = await unasked()
    await withVersion('', async () => expect((await accept(ann, first)).status).toBe(409))
  })

  it('counts once, with the first time, however often it is pressed at once', async () => {
    const { ann } = await unasked()
    const heard = await Promise.all(Array.from({ length: 8 }, () => accept(ann, first)))
    expect(heard.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
    expect(new Set(heard.map(({ text }) => text)).size).toBe(1)
    expect(await acceptances(ann)).toHaveLength(1)
  })

  it('is for people who are signed in', async () => {
    expect((await accept(identity.visitor(), first)).status).toBe(401)
    expect((await identity.visitor().guard('GET', '/api/v1/terms/acceptances')).status).toBe(401)
  })
})

it('keeps nothing of somebody who is gone', async () => {
  const ann = identity.visitor()
  await register(ann, aPerson())
  const { userId } = await ann.whoami()
  await identity.deps.kratos.deleteIdentity(userId ?? '')
  await identity.internal(`/internal/identities/${userId}`, { secret: 'users-secret-of-tests' })
  const rows = await identity.database.owner.db.execute(sql`select 1 from accepted_terms where identity_id = ${userId}`)
  expect([...rows]).toEqual([])
})

function messagesIn(heard: Heard): number[] {
  return Object.values(messageIds(heard)).flat()
}
