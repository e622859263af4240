// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { at, behindTheDoor, newLogin, session } from '../testing/answers.ts'
import { openApp, server, withoutMediaQueries } from '../testing/app.tsx'
import { flowBody, flowId, input } from '../testing/flows.ts'

const entry = (changes: Record<string, unknown>) => ({
  id: session.sessionId,
  current: true,
  native: false,
  deviceId: null,
  browser: 'Firefox',
  system: 'Linux',
  address: '192.0.2.7',
  method: 'password',
  assuranceLevel: 'aal1',
  signedInAt: session.since,
  lastSeenAt: session.since,
  expiresAt: session.expiresAt,
  ...changes,
})
const phone = entry({ id: '0199a000-0000-7000-8000-000000000009', current: false, native: true, browser: null, system: 'iPhone' })
const happened = (kind: string, n: number, detail = {}) => ({
  id: `0199a000-0000-7000-8000-0000000001${String(n).padStart(2, '0')}`,
  kind,
  at: session.since,
  sessionId: null,
  address: '192.0.2.7',
  browser: 'Firefox',
  system: 'Linux',
  detail,
})
const asked = {
  id: '0199a000-0000-7000-8000-000000000021',
  state: 'requested',
  administratorId: '0199a000-0000-7000-8000-000000000022',
  administratorName: 'Grace Hopper',
  userId: session.userId,
  userName: session.name,
  reason: 'Ticket 12: the list stays empty',
  minutes: 10,
  consent: 'required',
  requestedAt: session.since,
  answerBy: session.expiresAt,
  startedAt: null,
  endsAt: null,
}

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
beforeEach(() => {
  withoutMediaQueries()
  const flow = () => HttpResponse.json(flowBody([], { id: flowId }))
  server.use(...behindTheDoor(), http.get(at('/self-service/settings/flows'), flow), http.get(at('/self-service/settings/browser'), flow))
})
afterEach(() => {
  cleanup()
  server.resetHandlers()
})
afterAll(() => server.close())

const panel = async (name: string) => within(await screen.findByRole('region', { name }, { timeout: 5_000 }))

it('shows where somebody is signed in and ends one after asking', async () => {
  const sessions = [entry({}), phone]
  const ended: string[] = []
  server.use(
    http.get(at('/api/v1/sessions'), () => HttpResponse.json({ items: sessions })),
    http.delete(at('/api/v1/sessions/:id'), ({ params }) => {
      ended.push(String(params['id']))
      sessions.pop()
      return new HttpResponse(null, { status: 204 })
    }),
  )
  openApp('/security')
  const there = await panel('Where you are signed in')
  expect(await there.findByText('Firefox on Linux')).toBeTruthy()
  expect(there.getByText('This device')).toBeTruthy()
  fireEvent.click(there.getByRole('button', { name: 'Sign out iPhone' }))
  fireEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Sign out' }))
  await waitFor(() => expect(ended).toEqual([phone.id]))
  expect(await there.findByText('You are signed in nowhere else.')).toBeTruthy()
  expect(there.queryByText('iPhone')).toBeNull()
})

it('goes to the sign-in screen when everything was ended', async () => {
  let signedIn = true
  server.use(
    newLogin(),
    http.get(at('/api/v1/sessions'), () => HttpResponse.json({ items: [entry({}), phone] })),
    http.get(at('/api/v1/session'), () => (signedIn ? HttpResponse.json(session) : new HttpResponse(null, { status: 401 }))),
    http.delete(at('/api/v1/sessions'), ({ request }) => {
      expect(new URL(request.url).searchParams.get('which')).toBe('all')
      signedIn = false
      return HttpResponse.json({ ended: 2 })
    }),
  )
  const app = openApp('/security')
  const there = await panel('Where you are signed in')
  fireEvent.click(await there.findByRole('button', { name: 'Sign out everywhere' }))
  fireEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Sign out everywhere' }))
  await waitFor(() => expect(app.at()).toMatch(/^\/sign-in/))
})

it('says why the only way in cannot be unlinked, where Kratos leaves it out', async () => {
  const security = { password: null, totp: null, recoveryCodes: null, passkeys: [], providers: ['local'], secondFactorRequired: false }
  const label = { id: 1010002, text: 'Sign in with Local provider', context: { provider: 'Local provider' } }
  const again = flowBody([input('provider', 'submit', { group: 'oidc', value: 'local', label })])
  server.use(
    http.get(at('/api/v1/security'), () => HttpResponse.json(security)),
    http.get(at('/self-service/login/browser'), () => HttpResponse.json(again)),
  )
  openApp('/security')
  const there = await panel('Linked accounts')
  expect(await there.findByText('Local provider')).toBeTruthy()
  expect(there.getByText(/It is your only way in/)).toBeTruthy()
  expect(there.queryByRole('button')).toBeNull()
})

it('tells what happened, and more on request', async () => {
  server.use(
    http.get(at('/api/v1/activity'), ({ request }) =>
      new URL(request.url).searchParams.has('cursor')
        ? HttpResponse.json({ items: [happened('registered', 1)], nextCursor: null })
        : HttpResponse.json({ items: [happened('signed-in', 2, { newDevice: true })], nextCursor: 'more' }),
    ),
  )
  openApp('/security')
  const there = await panel('Recent activity')
  expect(await there.findByText('Signed in on a new device')).toBeTruthy()
  fireEvent.click(there.getByRole('button', { name: 'Show more' }))
  expect(await there.findByText('Account created')).toBeTruthy()
  expect(there.queryByRole('button', { name: 'Show more' })).toBeNull()
})

it('lets a person decline an administrator, and shows what became of it', async () => {
  let one = asked
  server.use(
    http.get(at('/api/v1/impersonations'), () => HttpResponse.json({ current: null, byMe: [], ofMe: [one] })),
    http.post(at(`/api/v1/impersonations/${asked.id}/decline`), () => {
      one = { ...asked, state: 'declined' }
      return HttpResponse.json(one)
    }),
  )
  openApp('/security')
  const there = await panel('Administrators acting as you')
  expect(there.getByText('Grace Hopper')).toBeTruthy()
  expect(there.getByText('Reason: Ticket 12: the list stays empty')).toBeTruthy()
  fireEvent.click(there.getByRole('button', { name: 'Decline' }))
  expect(await there.findByText('Declined')).toBeTruthy()
  expect(there.queryByRole('button', { name: 'Allow' })).toBeNull()
})

it.each([
  ['required', /only when you let them/],
  ['waived', /you are not asked first/],
])('says truly whether a person is asked first, where that is %s', async (consent, lead) => {
  const one = { ...asked, state: 'active', consent, startedAt: session.since, endsAt: session.expiresAt }
  server.use(http.get(at('/api/v1/impersonations'), () => HttpResponse.json({ current: null, byMe: [], ofMe: [one] })))
  openApp('/security')
  const there = await panel('Administrators acting as you')
  expect(there.getByText(lead)).toBeTruthy()
  expect(there.getByRole('button', { name: 'Stop now' })).toBeTruthy()
})

it('says on every screen as whom one acts', async () => {
  const acting = { ...session, actedById: asked.administratorId }
  server.use(
    http.get(at('/api/v1/session'), () => HttpResponse.json(acting)),
    http.get(at('/api/v1/impersonations'), () => HttpResponse.json({ current: { ...asked, state: 'active' }, byMe: [], ofMe: [] })),
  )
  openApp('/')
  expect(await screen.findByText('You are acting as Ada Lovelace')).toBeTruthy()
  expect(await screen.findByRole('button', { name: 'Stop' })).toBeTruthy()
})

it('makes the administrator themselves again when the other side has stopped it', async () => {
  let claims = true
  server.use(
    http.get(at('/api/v1/session'), () =>
      claims
        ? HttpResponse.json(
            { type: 'about:blank', title: 'Over', status: 401, code: 'impersonation-ended', requestId: 'a-request-of-ours' },
            { status: 401, headers: { 'content-type': 'application/problem+json' } },
          )
        : HttpResponse.json(session),
    ),
    http.post(at('/api/v1/impersonations/leave'), () => {
      claims = false
      return new HttpResponse(null, { status: 204 })
    }),
  )
  const { at: address } = openApp('/')
  expect(await screen.findByRole('navigation', { name: 'Main' })).toBeTruthy()
  await waitFor(() => expect(claims).toBe(false))
  expect(address()).toBe('/')
})
