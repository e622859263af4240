/** A service with every kind of route, for the tests of this package. */
import { DatabaseDown, PermissionServiceDown } from '@app/contracts/common-problems'
import { contract } from '@app/contracts/contract'
import { noContent } from '@app/contracts/values'
import { createLog } from '@app/log/log'
import type { Session } from '@app/ory/session'
import { HTTPException } from 'hono/http-exception'
import { z } from 'zod'
import { guestOk, internal, permission, publicRoute, signedIn } from './access.ts'
import { answer, type Route, route } from './route.ts'
import { createServiceApp, type ServiceAppOptions } from './service-app.ts'
import { versionHeader } from './version-header.ts'

export const publicOrigin = 'http://localhost:8080'
/** A second front-end. */
export const otherOrigin = 'https://app.example.com'
export const userId = '3c3f43a2-4a1b-4c62-9d3e-0a6f1a2b3c4d'
export const tokens = { person: 'person-token', guest: 'guest-token', admin: 'admin-token', broken: 'broken-token' }
export const secrets = { users: ['users-secret-now-1', 'users-secret-old-1'], operator: ['operator-secret-1'] }

export function aSession(changes: Partial<Session> = {}): Session {
  return {
    id: '7b0c2f6e-52f4-4d4f-8a57-9d6f0f7b1c11',
    userId,
    schemaId: 'person',
    assuranceLevel: 'aal1',
    methods: [{ method: 'password', at: '2026-11-21T10:00:00.000Z' }],
    authenticatedAt: '2026-11-21T10:00:00.000Z',
    expiresAt: '2026-11-22T10:00:00.000Z',
    traits: { email: 'ada@example.org', name: 'Ada', locale: 'en', phone: null },
    emailVerified: true,
    identityState: 'active',
    identityUpdatedAt: '2026-11-21T09:00:00.000Z',
    passwordSetAt: null,
    secondFactorRequired: false,
    secondFactorSet: false,
    termsAccepted: null,
    ...changes,
  }
}

/** Knows tokens, and takes a cookie that is `person-token` for the same person. */
export const sessions: ServiceAppOptions['sessions'] = {
  findSession: async ({ cookie, sessionToken }) => {
    const credential = sessionToken ?? cookie?.replace('ory_kratos_session=', '')
    if (credential === tokens.broken) throw DatabaseDown()
    if (credential === tokens.guest) return aSession({ schemaId: 'guest' })
    if (credential === tokens.admin) return aSession({ userId: 'a0000000-0000-4000-8000-000000000001' })
    return credential === tokens.person ? aSession() : null
  },
}

export const permissions: ServiceAppOptions['permissions'] = {
  isAllowed: async (_namespace, object, _permit, who) => {
    if (object === 'keto-down') throw PermissionServiceDown()
    return who.startsWith('a0000000') || object === 'mine'
  },
}

const View = z.object({ id: z.string() })
const post = { method: 'post', summary: 'x' } as const
const get = { method: 'get', summary: 'x' } as const

export const contracts = {
  open: contract({ ...get, path: '/open', answers: { 200: View } }),
  head: contract({
    ...get,
    path: '/things',
    query: z.strictObject({ limit: z.coerce.number<string>().int().max(9).optional() }),
    answers: { 200: View },
  }),
  create: contract({
    ...post,
    path: '/things',
    body: z.strictObject({
      name: z.string().min(1),
      tags: z.array(z.strictObject({ key: z.string() })).optional(),
      any: z.record(z.string(), z.unknown()).optional(),
    }),
    answers: { 201: View },
  }),
  mine: contract({ ...get, path: '/things/mine', answers: { 200: View } }),
  read: contract({ ...get, path: '/things/{thingId}', params: z.strictObject({ thingId: z.string().max(40) }), answers: { 200: View } }),
  drop: contract({
    method: 'delete',
    path: '/things/{thingId}',
    summary: 'x',
    params: z.strictObject({ thingId: z.string() }),
    answers: { 204: noContent },
  }),
  fail: contract({ ...get, path: '/fail/{how}', params: z.strictObject({ how: z.string() }), answers: { 200: View } }),
  guest: contract({ ...get, path: '/guest', answers: { 200: View } }),
  slow: contract({ ...get, path: '/slow', answers: { 200: View } }),
  internal: contract({
    ...post,
    path: '/internal/things',
    body: z.strictObject({ text: z.string() }),
    answers: { 200: View },
    takesAnyText: true,
  }),
}

const failures: Record<string, () => unknown> = {
  error: () => new Error('secret detail'),
  string: () => 'secret detail',
  http: () => new HTTPException(404, { message: 'secret detail' }),
  teapot: () => new HTTPException(418),
  database: () => Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }),
}

export function testRoutes(slow: (signal: AbortSignal) => Promise<void> = async () => {}): Route[] {
  return [
    route(
      contracts.read,
      permission('Platform', 'administer', ({ params }) => params.thingId),
      ({ params }) => answer(200, { id: params.thingId }, versionHeader(3)),
    ),
    route(contracts.mine, signedIn(), ({ actor }) => ({ id: actor.userId })),
    route(contracts.open, publicRoute(), ({ request }) => ({ id: request.address ?? 'nobody', secretColumn: 'x' })),
    route(contracts.head, signedIn(), () => ({ id: 'list' })),
    route(contracts.create, signedIn(), ({ body }) => ({ id: body.name })),
    route(contracts.drop, signedIn(), () => {}),
    route(contracts.guest, guestOk(), ({ actor }) => ({ id: actor.session.schemaId })),
    route(contracts.fail, publicRoute(), ({ params }) => {
      if (params.how === 'contract') return { id: 42 as unknown as string }
      throw failures[params.how]?.()
    }),
    route(contracts.slow, publicRoute(), async ({ request }) => {
      await slow(request.signal)
      return { id: 'slow' }
    }),
    route(contracts.internal, internal('users'), ({ actor }) => ({ id: actor.caller })),
  ]
}

export function testService(changes: Partial<ServiceAppOptions> = {}) {
  const lines: Record<string, unknown>[] = []
  const log = createLog({ service: 'test', level: 'debug', destination: { write: (line: string) => void lines.push(JSON.parse(line)) } })
  const apps = createServiceApp({
    service: 'test',
    routes: testRoutes(),
    sessions,
    permissions,
    callers: secrets,
    publicOrigin,
    allowedOrigins: [otherOrigin],
    standing: { passwordMaxAgeDays: 0, termsVersion: '', clock: () => new Date() },
    ready: [],
    log,
    ...changes,
  })
  return { ...apps, lines, log }
}

export const asPerson = { 'x-session-token': tokens.person }
export const json = { 'content-type': 'application/json' }
