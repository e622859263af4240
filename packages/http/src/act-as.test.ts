import { IdentityServiceDown } from '@app/contracts/common-problems'
import { contract } from '@app/contracts/contract'
import { ProblemDocument } from '@app/contracts/problem'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { publicRoute, requireFresh, signedIn } from './access.ts'
import type { ActAs } from './act-as.ts'
import type { UserActor } from './actor.ts'
import { route } from './route.ts'
import { aSession, asPerson, testService, tokens, userId } from './test-service.ts'

const person = aSession({ userId: 'b0000000-0000-4000-8000-000000000002', traits: { email: null, name: 'Bo', locale: 'nl', phone: null } })
const [running, ended, own, broken] = [1, 2, 3, 4].map((n) => `0198c0de-0000-7000-8000-00000000000${n}`) as [string, string, string, string]
const administrator = { userId, sessionId: aSession().id }
const actAs: ActAs = {
  find: async (id, session) => {
    if (id === broken) throw IdentityServiceDown()
    if (session.userId !== userId) return null
    return id === running ? person : id === own ? session : null
  },
}

const View = z.object({ who: z.string(), by: z.string().nullable(), session: z.string() })
const get = (path: `/${string}`) => contract({ method: 'get', path, summary: 'x', answers: { 200: View } })
const view = ({ actor }: { actor: UserActor }) => ({ who: actor.userId, by: actor.actedById ?? null, session: actor.sessionId })
const routes = [
  route(get('/who'), signedIn(), view),
  route(get('/alone'), signedIn({ actAs: 'refused' }), view),
  route(get('/fresh'), signedIn(requireFresh(60)), view),
  route(get('/stop'), signedIn({ actAs: 'ignored' }), view),
  route(get('/open'), publicRoute(), () => ({ who: 'anybody', by: null, session: '' })),
]
const standing = { passwordMaxAgeDays: 0, termsVersion: '', clock: () => new Date('2026-11-21T10:30:00.000Z') }
const service = testService({ routes, standing, actAs })

async function ask(path: string, headers: Record<string, string>, { publicApp } = service) {
  const response = await publicApp.request(`/api/v1${path}`, { headers })
  return response.status === 200 ? View.parse(await response.json()) : ProblemDocument.parse(await response.json()).code
}
const as = (id: string) => ({ ...asPerson, 'x-act-as': id })

describe('X-Act-As', () => {
  const acting = { who: person.userId, by: administrator.userId, session: administrator.sessionId }

  it('makes the person the actor and keeps who is behind it, in header and cookie', async () => {
    expect(await ask('/who', as(running))).toEqual(acting)
    expect(await ask('/who', { ...asPerson, cookie: `vst_act_as=${running}` })).toEqual(acting)
    expect(await ask('/who', { cookie: `ory_kratos_session=${tokens.person}`, 'x-act-as': running })).toEqual(acting)
  })

  it('goes into the log line', async () => {
    service.lines.length = 0
    await ask('/who', as(running))
    expect(service.lines).toEqual([expect.objectContaining({ actor: `user:${person.userId}`, actedBy: `user:${administrator.userId}` })])
  })

  it.each([
    ['ended', as(ended)],
    ['malformed', as('../x')],
    ['empty', as('')],
    ['oneself', as(own)],
    ['of another administrator', { 'x-session-token': tokens.admin, 'x-act-as': running }],
    ['a header beside a good cookie', { ...as(ended), cookie: `vst_act_as=${running}` }],
    ['an ended one in a cookie', { ...asPerson, cookie: `vst_act_as=${ended}` }],
  ])('is never answered as oneself instead: %s', async (_, headers) => {
    expect(await ask('/who', headers)).toBe('impersonation-ended')
  })

  it('is 401 without a session, and in a service that knows of none', async () => {
    expect(await ask('/who', { 'x-act-as': running })).toBe('not-signed-in')
    expect(await ask('/who', as(running), testService({ routes, standing }))).toBe('impersonation-ended')
  })

  it('is 503 when it cannot be asked about', async () => {
    expect(await ask('/who', as(broken))).toBe('identity-service-down')
  })

  it('is refused where a person must act alone, and where a fresh sign-in is asked for', async () => {
    expect(await ask('/alone', as(running))).toBe('impersonation-refused')
    expect(await ask('/fresh', as(running))).toBe('impersonation-refused')
    expect(await ask('/alone', as(ended))).toBe('impersonation-ended')
    expect(await ask('/alone', asPerson)).toMatchObject({ who: userId, by: null })
  })

  it('says nothing where the administrator stops it, and on public routes', async () => {
    expect(await ask('/stop', as(ended))).toMatchObject({ who: userId, by: null })
    expect(await ask('/open', as(ended))).toMatchObject({ who: 'anybody' })
  })
})
