import { DatabaseDown } from '@app/contracts/common-problems'
import { contract } from '@app/contracts/contract'
import { ProblemDocument } from '@app/contracts/problem'
import type { Session } from '@app/ory/session'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { guestOk, permission, requireAal, requireFresh, signedIn } from './access.ts'
import { openApiDocument } from './openapi.ts'
import { route } from './route.ts'
import { standingOf } from './standing.ts'
import { aSession, asPerson, testService } from './test-service.ts'

const clock = () => new Date('2026-11-21T10:30:00.000Z')
const rules = { passwordMaxAgeDays: 90, termsVersion: '2026-11', clock }
const good = { termsAccepted: '2026-11', passwordSetAt: '2026-11-01T00:00:00.000Z' }
const get = (path: `/${string}`) => contract({ method: 'get', path, summary: 'x', answers: { 200: z.object({ id: z.string() }) } })
const id = () => ({ id: 'x' })
const routes = [
  route(get('/plain'), signedIn(), id),
  route(get('/any'), signedIn({ standing: 'any' }), id),
  route(get('/proven'), signedIn({ standing: 'proven' }), id),
  route(get('/guests'), guestOk(), id),
  route(get('/strong'), signedIn(requireAal('aal2')), id),
  route(get('/fresh'), signedIn({ standing: 'any' }, requireFresh(10)), id),
  route(
    get('/admin'),
    permission('Platform', 'administer', () => 'mine', requireAal('aal2'), requireFresh(60)),
    id,
  ),
]

/** `kept` is what a first look-up finds, `session` what Kratos says when it is asked anew. */
function ask(changes: Partial<Session>, kept: Partial<Session> = changes) {
  const asked: boolean[] = []
  const { publicApp } = testService({
    routes,
    standing: rules,
    sessions: {
      findSession: async (_, { fresh = false } = {}) => {
        asked.push(fresh)
        return aSession({ ...good, ...(fresh ? changes : kept) })
      },
    },
  })
  const get = async (path: string) => {
    const response = await publicApp.request(`/api/v1${path}`, { headers: asPerson })
    return response.status === 200 ? 200 : ProblemDocument.parse(await response.json()).code
  }
  return { get, asked }
}

const shortfalls: [string, Partial<Session>][] = [
  ['second-factor-setup-required', { secondFactorRequired: true }],
  ['second-factor-required', { secondFactorRequired: true, secondFactorSet: true }],
  ['password-expired', { passwordSetAt: '2026-08-01T00:00:00.000Z' }],
  ['terms-not-accepted', { termsAccepted: '2025-01' }],
  ['terms-not-accepted', { termsAccepted: null }],
]

describe('a person who must do something first', () => {
  it.each(shortfalls)('gets %s from every route but those that take any standing', async (code, changes) => {
    const { get } = ask(changes)
    expect(await get('/plain')).toBe(code)
    expect(await get('/guests')).toBe(code)
    expect(await get('/any')).toBe(200)
    expect(await get('/proven')).toBe(code === 'second-factor-required' ? code : 200)
  })

  it('has to show the second factor first, whatever else is missing', async () => {
    const { get } = ask({
      secondFactorRequired: true,
      secondFactorSet: true,
      termsAccepted: null,
      passwordSetAt: '2026-01-01T00:00:00.000Z',
    })
    expect(await get('/proven')).toBe('second-factor-required')
  })

  it('is told everything that is missing, in the order in which to do it', () => {
    const session = aSession({ secondFactorRequired: true, passwordSetAt: '2026-01-01T00:00:00.000Z' })
    expect(standingOf(session, rules)).toEqual(['second-factor-setup-required', 'password-expired', 'terms-not-accepted'])
    expect(standingOf(session, { ...rules, passwordMaxAgeDays: 0, termsVersion: '' })).toEqual(['second-factor-setup-required'])
  })

  it('is anybody but a guest, and nobody once it is done', async () => {
    expect(await ask({ schemaId: 'guest', termsAccepted: null }).get('/guests')).toBe(200)
    expect(await ask({ secondFactorRequired: true, assuranceLevel: 'aal2' }).get('/plain')).toBe(200)
    expect(await ask({ passwordSetAt: null }).get('/plain')).toBe(200)
  })
})

describe('requireAal', () => {
  it('takes two factors, and tells one to step up or to set up another', async () => {
    expect(await ask({ assuranceLevel: 'aal2' }).get('/strong')).toBe(200)
    expect(await ask({ secondFactorSet: true }).get('/strong')).toBe('second-factor-required')
    expect(await ask({}).get('/strong')).toBe('second-factor-setup-required')
  })
})

describe('requireFresh', () => {
  it('takes a sign-in up to so many minutes ago', async () => {
    expect(await ask({ authenticatedAt: '2026-11-21T10:20:00.000Z' }).get('/fresh')).toBe(200)
    expect(await ask({ authenticatedAt: '2026-11-21T10:19:59.999Z' }).get('/fresh')).toBe('fresh-sign-in-required')
  })

  it('joins other demands, also of a permission', async () => {
    expect(await ask({ assuranceLevel: 'aal2' }).get('/admin')).toBe(200)
    expect(await ask({ assuranceLevel: 'aal2', authenticatedAt: '2026-11-21T09:00:00.000Z' }).get('/admin')).toBe('fresh-sign-in-required')
    expect(await ask({ secondFactorSet: true }).get('/admin')).toBe('second-factor-required')
  })
})

describe('what is kept of a session', () => {
  it('refuses nobody: Kratos is asked again first', async () => {
    const { get, asked } = ask({ assuranceLevel: 'aal2' }, { assuranceLevel: 'aal1' })
    expect(await get('/strong')).toBe(200)
    expect(asked).toEqual([false, true])
  })

  it('makes a guest a person as soon as Kratos says so', async () => {
    expect(await ask({}, { schemaId: 'guest' }).get('/plain')).toBe(200)
  })

  it('is enough to be allowed', async () => {
    const { get, asked } = ask({})
    expect(await get('/plain')).toBe(200)
    expect(asked).toEqual([false])
  })
})

it('answers 503 when the second look fails', async () => {
  const { publicApp } = testService({
    routes,
    standing: rules,
    sessions: {
      findSession: async (_, options) => {
        if (options?.fresh) throw DatabaseDown()
        return aSession({ ...good, secondFactorRequired: true })
      },
    },
  })
  expect((await publicApp.request('/api/v1/plain', { headers: asPerson })).status).toBe(503)
})

it('is described with its problems', () => {
  const document = openApiDocument('test', routes) as { paths: Record<string, { get: { description?: string; responses: unknown } }> }
  const { description, responses } = document.paths['/api/v1/admin']?.get ?? {}
  expect(description).toBe('Needs Platform#administer, a second factor, a sign-in of the last 60 minutes.')
  expect(JSON.stringify(responses)).toContain('fresh-sign-in-required')
  expect(JSON.stringify(document.paths['/api/v1/any']?.get.responses)).not.toContain('terms-not-accepted')
  const proven = JSON.stringify(document.paths['/api/v1/proven']?.get.responses)
  expect(proven).toContain('second-factor-required')
  expect(proven).not.toContain('second-factor-setup-required')
})
