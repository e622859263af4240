/** What Kratos and the services answer in tests when nothing special happens. */
import { HttpResponse, http } from 'msw'
import { flowBody, flowId, loginNodes } from './flows.ts'

export const at = (path: string) => `${window.location.origin}${path}`

export const session = {
  userId: '0199a000-0000-7000-8000-000000000001',
  sessionId: '0199a000-0000-7000-8000-000000000002',
  email: 'ada@example.org',
  schemaId: 'person',
  isGuest: false,
  standing: [],
  actedById: null,
  name: 'Ada Lovelace',
  locale: 'en',
  since: '2026-11-21T09:00:00Z',
  expiresAt: '2026-11-22T09:00:00Z',
  methods: [{ method: 'password', at: '2026-11-21T09:00:00Z' }],
  assuranceLevel: 'aal1',
  emailVerified: true,
}

export const me = {
  id: session.userId,
  email: session.email,
  emailVerified: true,
  name: session.name,
  locale: 'en',
  phone: null,
  displayName: null,
  timeZone: null,
  title: null,
  state: 'active',
  createdAt: session.since,
  updatedAt: session.since,
  version: 1,
}

/** Nobody asked to be deleted. */
export const leaving = { deletion: null, graceDays: 14, goes: ['profile'], stays: ['id'], blockers: [] }

/** Somebody is signed in. */
export const behindTheDoor = (isAdministrator = false) => [
  http.get(at('/api/v1/session'), () => HttpResponse.json(session)),
  http.get(at('/api/v1/users/me'), () => HttpResponse.json(me)),
  http.get(at('/api/v1/leaving'), () => HttpResponse.json(leaving)),
  http.get(at('/api/v1/sessions'), () => HttpResponse.json({ items: [] })),
  http.get(at('/api/v1/activity'), () => HttpResponse.json({ items: [], nextCursor: null })),
  http.get(at('/api/v1/impersonations'), () => HttpResponse.json({ current: null, byMe: [], ofMe: [] })),
  http.post(at('/api/v1/permissions/check'), () => HttpResponse.json({ results: [{ allowed: isAdministrator }] })),
  http.get(at('/api/v1/contact'), () => HttpResponse.json({ email: me.email, emailVerified: true, phone: null, phonePrefixes: ['+31'] })),
]

export const newLogin = (id = flowId, token = 'token-1') =>
  http.get(at('/self-service/login/browser'), () => HttpResponse.json(flowBody(loginNodes(token), { id })))
