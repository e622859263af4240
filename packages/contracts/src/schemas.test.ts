import { describe, expect, it } from 'vitest'
import { HookBody } from './internal-hooks.ts'
import { listUsers, UserChanges } from './users.ts'
import { Id, Moment } from './values.ts'

describe('UserChanges', () => {
  it('names the settings screen for a copied trait', () => {
    const result = UserChanges.safeParse({ email: 'a@b.example', title: 'Engineer' })
    expect(result.error?.issues).toMatchObject([{ path: ['email'], message: expect.stringContaining('/settings') }])
    expect(UserChanges.safeParse({ name: null }).success).toBe(false)
  })

  it('takes null to empty a column and nothing to leave it', () => {
    expect(UserChanges.parse({ displayName: null })).toEqual({ displayName: null })
    expect(UserChanges.parse({ displayName: ' Ada ' })).toEqual({ displayName: 'Ada' })
  })

  it.each(['', '   ', '\u200b\u200d', 'a\nb', 'a\u0000b', 'x'.repeat(101), 'a\u2028b', 'a\u202eb'])(
    'refuses the display name %j',
    (displayName) => {
      expect(UserChanges.safeParse({ displayName }).success).toBe(false)
    },
  )

  it.each(['Zoë', '山田太郎', 'محمد', "O'Brien-Łuć", '👩‍💻 Ada'])('takes the display name %s', (displayName) => {
    expect(UserChanges.parse({ displayName })).toEqual({ displayName })
  })

  it('takes IANA time zones in their usual spelling, older names too, and nothing else', () => {
    const zoneOf = (timeZone: string) => UserChanges.safeParse({ timeZone }).data?.timeZone
    expect(zoneOf('europe/amsterdam')).toBe('Europe/Amsterdam')
    expect(['UTC', 'America/Port-au-Prince', 'Europe/Kiev', 'Etc/GMT+5'].map(zoneOf)).not.toContain(undefined)
    expect(['', '+01:00', 'Mars/Base', 'Europe', 'Europe/Amsterdam ', '../etc/passwd'].map(zoneOf)).toEqual(Array(6).fill(undefined))
  })

  it('refuses unknown fields', () => {
    expect(UserChanges.safeParse({ version: 3 }).success).toBe(false)
  })
})

describe('listUsers', () => {
  const parse = (query: object) => listUsers.query.safeParse(query)

  it('has 25 per page unless told', () => {
    expect(parse({}).data).toEqual({ limit: 25 })
    expect(parse({ limit: '100', verified: 'false' }).data).toEqual({ limit: 100, verified: false })
  })

  it.each([
    { limit: '0' },
    { limit: '101' },
    { limit: '' },
    { limit: 'NaN' },
    { limit: '2.5' },
    { state: 'gone' },
    { verified: '1' },
    { search: ' ' },
  ])('refuses %j', (query) => {
    expect(parse(query).success).toBe(false)
  })
})

it('folds ids to one spelling', () => {
  expect(Id.parse('0198C0DE-0000-7000-8000-00000000ABCD')).toBe('0198c0de-0000-7000-8000-00000000abcd')
})

it('refuses moments that Postgres has no place for', () => {
  expect(Moment.safeParse('0000-01-01T00:00:00Z').success).toBe(false)
  expect(Moment.safeParse('2026-02-30T00:00:00Z').success).toBe(false)
  expect(Moment.safeParse('2026-11-21T10:00:00+01:00').success).toBe(true)
  expect(Moment.safeParse('2026-11-21T10:00:00.123456-11:30').success).toBe(true)
  expect(Moment.safeParse('2026-11-21T10:00:00+16:00').success).toBe(false)
  expect(Moment.safeParse('2026-11-21T10:00:00-23:59').success).toBe(false)
  expect(Moment.safeParse(`2026-11-21T10:00:00.${'1'.repeat(500)}Z`).success).toBe(false)
})

it('refuses a hook body with more than was agreed', () => {
  const body = { flowId: 'f', identityId: 'i', schemaId: 'person', state: 'active', traits: {}, previousTraits: null, metadataPublic: null }
  expect(HookBody.safeParse({ ...body, clientAddress: null, userAgent: null }).success).toBe(true)
  expect(HookBody.safeParse({ ...body, clientAddress: null, userAgent: null, cookies: {} }).success).toBe(false)
})
