import { describe, expect, it } from 'vitest'
import { createSessionCache, keptMs, type RevocationFeed } from './session-cache.ts'
import type { Session } from './whoami.ts'

const end = '2026-11-21T12:00:00.000Z'
const aSession = (id: string, userId = 'user-1', expiresAt = end): Session => ({
  id,
  userId,
  schemaId: 'person',
  assuranceLevel: 'aal1',
  methods: [],
  authenticatedAt: '2026-11-21T09:00:00.000Z',
  expiresAt,
  traits: { email: null, name: '', locale: 'en', phone: null },
  emailVerified: false,
  identityState: 'active',
  identityUpdatedAt: '2026-11-21T09:00:00.000Z',
  passwordSetAt: null,
  secondFactorRequired: false,
  secondFactorSet: false,
  termsAccepted: null,
})

function fixture({ maxEntries = 100 } = {}) {
  const time = { monotonicMs: 1_000, wall: Date.parse('2026-11-21T11:00:00.000Z') }
  const link = { whole: true, epoch: 0, purge: (_: { scope: string; id: string }) => {}, clear: () => {} }
  const feed: RevocationFeed = {
    isWhole: () => link.whole,
    epoch: () => link.epoch,
    onPurge: (drop) => {
      link.purge = (revocation) => {
        link.epoch += 1
        drop(revocation)
      }
    },
    onClear: (drop) => {
      link.clear = () => {
        link.epoch += 1
        drop()
      }
    },
  }
  const cache = createSessionCache(feed, { now: () => time.monotonicMs, clock: () => new Date(time.wall), maxEntries })
  const pass = (ms: number) => {
    time.monotonicMs += ms
    time.wall += ms
  }
  return { cache, link, time, pass, put: (key: string, session = aSession(key)) => cache.begin(key)(session) }
}

it('keeps a session for 30 s from the question on', () => {
  const { cache, pass } = fixture()
  const store = cache.begin('a')
  pass(1_000)
  store(aSession('a'))
  pass(keptMs - 1_001)
  expect(cache.get('a')).toMatchObject({ id: 'a' })
  pass(1)
  expect(cache.get('a')).toBeUndefined()
})

it('keeps nothing past the end of the session, also when the wall clock is set', () => {
  const { cache, pass, put, time } = fixture()
  put('soon', aSession('soon', 'u', '2026-11-21T11:00:05.000Z'))
  put('late')
  put('over', aSession('over', 'u', '2026-11-21T11:00:00.000Z'))
  expect(cache.get('over')).toBeUndefined()
  pass(4_999)
  expect(cache.get('soon')).toBeDefined()
  pass(1)
  expect(cache.get('soon')).toBeUndefined()
  time.wall = Date.parse(end)
  expect(cache.get('late')).toBeUndefined()
})

describe('what ends', () => {
  it('is dropped by session, by identity, and altogether', () => {
    const { cache, link, put } = fixture()
    put('cookie-1', aSession('s1', 'u1'))
    put('token-1', aSession('s1', 'u1'))
    put('cookie-2', aSession('s2', 'u1'))
    put('cookie-3', aSession('s3', 'u2'))
    link.purge({ scope: 'session', id: 's1' })
    expect(['cookie-1', 'token-1', 'cookie-2'].map((key) => cache.get(key)?.id)).toEqual([undefined, undefined, 's2'])
    link.purge({ scope: 'identity', id: 'u1' })
    expect(['cookie-2', 'cookie-3'].map((key) => cache.get(key)?.id)).toEqual([undefined, 's3'])
    link.purge({ scope: 'key', id: 's3' })
    expect(cache.get('cookie-3')).toBeDefined()
    link.clear()
    expect(cache.get('cookie-3')).toBeUndefined()
  })

  it('while a look-up is under way keeps its answer out', () => {
    const { cache, link } = fixture()
    const store = cache.begin('a')
    link.purge({ scope: 'session', id: 'another' })
    store(aSession('a'))
    expect(cache.get('a')).toBeUndefined()
  })
})

describe('while revocations may go unheard', () => {
  it('answers nothing', () => {
    const { cache, link, put } = fixture()
    put('a')
    link.whole = false
    expect(cache.get('a')).toBeUndefined()
  })

  it.each(['begins', 'ends'])('keeps no answer of a look-up that %s then', (when) => {
    const { cache, link } = fixture()
    link.whole = when === 'ends'
    const store = cache.begin('a')
    link.whole = !link.whole
    store(aSession('a'))
    link.whole = true
    expect(cache.get('a')).toBeUndefined()
  })
})

it('drops the oldest when it is full', () => {
  const { cache, put } = fixture({ maxEntries: 2 })
  put('a')
  put('b')
  put('c')
  expect(['a', 'b', 'c'].map((key) => cache.get(key)?.id)).toEqual([undefined, 'b', 'c'])
})

it('lets no older answer replace a newer one', () => {
  const { cache, pass } = fixture()
  const older = cache.begin('a')
  pass(1)
  cache.begin('a')(aSession('newer'))
  older(aSession('older'))
  expect(cache.get('a')).toMatchObject({ id: 'newer' })
})
