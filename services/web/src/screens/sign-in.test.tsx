// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { behindTheDoor, newLogin } from '../testing/answers.ts'
import { openApp, server, withoutMediaQueries } from '../testing/app.tsx'
import { flowBody, flowId, loginNodes, otherFlowId } from '../testing/flows.ts'

const origin = window.location.origin
const create = `${origin}/self-service/login/browser`
const read = `${origin}/self-service/login/flows`
const send = `${origin}/self-service/login`

beforeAll(() => {
  server.listen({ onUnhandledFrame: 'error' })
  withoutMediaQueries()
})
beforeEach(() => window.history.replaceState(null, '', '/sign-in'))
afterEach(() => {
  cleanup()
  server.resetHandlers()
})
afterAll(() => server.close())

async function fillIn(password = 'correct horse') {
  fireEvent.change(await screen.findByLabelText('E-mail address', {}, { timeout: 5000 }), { target: { value: 'ada@example.org' } })
  fireEvent.change(screen.getByLabelText('Password'), { target: { value: password } })
}
const press = () => fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))

describe('signing in', () => {
  it('makes a flow, keeps it in the address, and ends at home', async () => {
    let body: unknown
    server.use(
      newLogin(),
      ...behindTheDoor(),
      http.post(send, async ({ request }) => {
        body = await request.json()
        return HttpResponse.json({ session: {}, continue_with: null })
      }),
    )
    const { at } = openApp('/sign-in')
    await fillIn()
    expect(at()).toBe(`/sign-in?flow=${flowId}`)
    press()
    await waitFor(() => expect(at()).toBe('/'))
    expect(body).toEqual({ csrf_token: 'token-1', identifier: 'ada@example.org', password: 'correct horse', method: 'password' })
    expect(await screen.findByText('This session')).toBeTruthy()
  })

  it('is sent once, however often the button is pressed', async () => {
    let times = 0
    server.use(
      newLogin(),
      http.post(send, async () => {
        times += 1
        return HttpResponse.json(flowBody(loginNodes('token-2'), { messages: [{ id: 4000006, text: 'x', type: 'error' }] }), {
          status: 400,
        })
      }),
    )
    openApp('/sign-in')
    await fillIn()
    press()
    press()
    press()
    expect(await screen.findByText('The e-mail address or the password is not right.')).toBeTruthy()
    expect(times).toBe(1)
    expect(document.querySelector('[name="csrf_token"]')).toHaveProperty('value', 'token-2')
    expect(screen.getByLabelText('E-mail address')).toHaveProperty('value', 'ada@example.org')
  })

  it.each([
    ['410 expired', 410, { error: { id: 'self_service_flow_expired' } }, /open for too long/],
    ['403 of another tab', 403, { error: { id: 'security_csrf_violation' } }, /no longer matched your browser/],
    ['404 forgotten', 404, { error: { code: 404 } }, /had expired/],
  ])('begins again after %s and keeps what was typed', async (_name, status, body, words) => {
    server.use(
      newLogin(otherFlowId, 'token-2'),
      http.get(read, () => HttpResponse.json(flowBody(loginNodes()))),
      http.post(send, () => HttpResponse.json(body, { status })),
    )
    const { at } = openApp(`/sign-in?flow=${flowId}`)
    await fillIn()
    press()
    expect(await screen.findByText(words)).toBeTruthy()
    await waitFor(() => expect(at()).toBe(`/sign-in?flow=${otherFlowId}`))
    expect(screen.getByLabelText('E-mail address')).toHaveProperty('value', 'ada@example.org')
    expect(screen.getByLabelText('Password')).toHaveProperty('value', 'correct horse')
    expect(document.querySelector('[name="csrf_token"]')).toHaveProperty('value', 'token-2')
  })

  it('replaces a flow in the address that is gone', async () => {
    server.use(
      newLogin(otherFlowId),
      http.get(read, () => HttpResponse.json({ error: { id: 'self_service_flow_expired' } }, { status: 410 })),
    )
    const { at } = openApp(`/sign-in?flow=${flowId}`)
    expect(await screen.findByText(/open for too long/)).toBeTruthy()
    await waitFor(() => expect(at()).toBe(`/sign-in?flow=${otherFlowId}`))
  })

  it('stops instead of going round in circles when no flow can be made', async () => {
    server.use(http.get(create, () => HttpResponse.json({ error: { id: 'self_service_flow_expired' } }, { status: 410 })))
    openApp('/sign-in')
    expect(await screen.findByText('Something went wrong on our side')).toBeTruthy()
  })

  it('goes on when the person signed in meanwhile, in another tab', async () => {
    let times = 0
    server.use(
      ...behindTheDoor(),
      http.get(create, () => {
        times += 1
        return times === 1
          ? HttpResponse.json(flowBody(loginNodes()))
          : HttpResponse.json({ error: { id: 'session_already_available' } }, { status: 400 })
      }),
      http.post(send, () =>
        HttpResponse.json(flowBody(loginNodes(), { messages: [{ id: 4000001, text: 'A valid session was detected', type: 'error' }] }), {
          status: 400,
        }),
      ),
    )
    const { at } = openApp('/sign-in')
    await fillIn()
    press()
    await waitFor(() => expect(at()).toBe('/'))
  })

  it('comes back by itself when what was down is up again', async () => {
    let times = 0
    server.use(
      http.get(create, () => {
        times += 1
        return times === 1 ? HttpResponse.json({ requestId: 'req-3' }, { status: 503 }) : HttpResponse.json(flowBody(loginNodes()))
      }),
    )
    openApp('/sign-in')
    expect(await screen.findByText('This is not available right now')).toBeTruthy()
    expect(await screen.findByLabelText('Password', {}, { timeout: 6000 })).toBeTruthy()
  })

  it.each([
    [
      'https://evil.example/',
      '?return_to=%2Fsign-in%3Freturn_to%3Dhttps%253A%252F%252Fevil.example%252F',
      '/register?return_to=https%3A%2F%2Fevil.example%2F',
    ],
    ['//evil.example', '', '/register'],
    ['https://me@evil.example/', '', '/register'],
  ])('is never given %s as the place to end, only to come back and have it judged', async (target, search, register) => {
    const asked: string[] = []
    server.use(
      http.get(create, ({ request }) => {
        asked.push(new URL(request.url).search)
        return HttpResponse.json(flowBody(loginNodes()))
      }),
    )
    openApp(`/sign-in?${new URLSearchParams({ return_to: target })}`)
    expect(await screen.findByLabelText('Password')).toBeTruthy()
    expect(screen.getByRole('link', { name: 'Create an account' }).getAttribute('href')).toBe(register)
    expect(asked.every((one) => one === search)).toBe(true)
  })

  it('goes where the person wanted to go when they are signed in already', async () => {
    server.use(
      http.get(create, () => HttpResponse.json({ error: { id: 'session_already_available' } }, { status: 400 })),
      ...behindTheDoor(),
    )
    const { at } = openApp('/sign-in?return_to=/people/new')
    await waitFor(() => expect(at()).toBe('/people/new'))
  })

  it.each(['https://me@evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/sign-in'])(
    'goes home instead of to %s',
    async (target) => {
      server.use(
        http.get(create, () => HttpResponse.json({ error: { id: 'session_already_available' } }, { status: 400 })),
        ...behindTheDoor(),
      )
      const { at } = openApp(`/sign-in?${new URLSearchParams({ return_to: target })}`)
      await waitFor(() => expect(at()).toBe('/'))
    },
  )

  it('follows Kratos to a screen of ours, never off our origin', async () => {
    const redirect = { to: `${origin}/verify?flow=${otherFlowId}` }
    server.use(
      newLogin(),
      http.get(`${origin}/self-service/verification/flows`, () => HttpResponse.json(flowBody([], { id: otherFlowId }))),
      http.get(`${origin}/api/v1/session`, () => HttpResponse.json({}, { status: 401 })),
      http.post(send, () =>
        HttpResponse.json({ error: { id: 'browser_location_change_required' }, redirect_browser_to: redirect.to }, { status: 422 }),
      ),
    )
    const first = openApp('/sign-in')
    await fillIn()
    press()
    await waitFor(() => expect(first.at()).toBe(`/verify?flow=${otherFlowId}`))
    cleanup()

    redirect.to = 'https://evil.example/phish'
    const second = openApp('/sign-in')
    await fillIn()
    press()
    await waitFor(() => expect(second.at()).toBe('/error'))
  })

  it.each([
    [429, 'Too many attempts', { 'retry-after': '9' }],
    [503, 'This is not available right now', {}],
    [409, 'We are still working on it', {}],
    [500, 'Something went wrong on our side', {}],
  ])('explains %i, keeps what was typed and tries again on request', async (status, words, headers) => {
    let times = 0
    server.use(
      newLogin(),
      ...behindTheDoor(),
      http.post(send, () => {
        times += 1
        const problem = { type: 'x', title: 'x', status, code: 'x', requestId: 'req-7' }
        return times === 1 ? HttpResponse.json(problem, { status, headers }) : HttpResponse.json({ session: {} })
      }),
    )
    const { at } = openApp('/sign-in')
    await fillIn()
    press()
    expect(await screen.findByText(words)).toBeTruthy()
    expect(screen.getByText('req-7')).toBeTruthy()
    expect(screen.getByLabelText('Password')).toHaveProperty('value', 'correct horse')
    fireEvent.click(screen.getByRole('button', { name: status === 429 ? 'Try again (in 9 seconds)' : 'Try again' }))
    await waitFor(() => expect(at()).toBe('/'))
    expect(times).toBe(2)
  })

  it('says so when there is no connection', async () => {
    server.use(
      newLogin(),
      http.post(send, () => HttpResponse.error()),
    )
    openApp('/sign-in')
    await fillIn()
    press()
    expect(await screen.findByText('No connection')).toBeTruthy()
    expect(screen.getByText(/Nothing was saved yet/)).toBeTruthy()
  })

  it('asks who it is first, by its own words, before something important', async () => {
    let asked = ''
    server.use(
      http.get(create, ({ request }) => {
        asked = new URL(request.url).search
        return HttpResponse.json(flowBody(loginNodes(), { refresh: true }))
      }),
    )
    openApp('/sign-in?refresh=true&return_to=/settings')
    expect(await screen.findByRole('heading', { name: 'Confirm that it is you' })).toBeTruthy()
    await waitFor(() => expect(asked).toBe('?return_to=%2Fsettings&refresh=true'))
  })
})
