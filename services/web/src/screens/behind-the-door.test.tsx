// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { at as address, behindTheDoor, me, newLogin } from '../testing/answers.ts'
import { openApp, server, withoutMediaQueries } from '../testing/app.tsx'
import { csrf, flowBody, flowId, input, otherFlowId, submit } from '../testing/flows.ts'

const settingsNodes = [
  csrf(),
  input('traits.email', 'email', { group: 'profile', value: 'ada@example.org', required: true }),
  input('traits.name', 'text', { group: 'profile', value: 'Ada Lovelace', required: true }),
  submit('profile', 1070003, 'Save'),
  input('password', 'password', { group: 'password', required: true, autocomplete: 'new-password' }),
  submit('password', 1070003, 'Save'),
]

beforeAll(() => {
  server.listen({ onUnhandledFrame: 'error' })
  withoutMediaQueries()
})
beforeEach(() => sessionStorage.clear())
afterEach(() => {
  cleanup()
  server.resetHandlers()
})
afterAll(() => server.close())

describe('a screen behind the door', () => {
  it('sends a person who is not signed in to the sign-in screen, and back', async () => {
    window.history.replaceState(null, '', '/people?search=ada')
    server.use(
      newLogin(),
      http.get(address('/api/v1/session'), () => HttpResponse.json({}, { status: 401 })),
    )
    const { at } = openApp('/people?search=ada')
    await waitFor(() => expect(at()).toContain('/sign-in?return_to=%2Fpeople%3Fsearch%3Dada'), { timeout: 5000 })
  })

  it('never takes an outage for "signed out"', async () => {
    server.use(http.get(address('/api/v1/session'), () => HttpResponse.json({ requestId: 'req-9' }, { status: 503 })))
    const { at } = openApp('/')
    expect(await screen.findByText('This is not available right now')).toBeTruthy()
    expect(at()).toBe('/')
  })

  it('shows people only to those who may see them, and says who can give access', async () => {
    server.use(
      ...behindTheDoor(),
      http.get(address('/api/v1/users'), () => HttpResponse.json({}, { status: 403 })),
    )
    openApp('/people')
    expect(await screen.findByText('This part is for administrators', {}, { timeout: 5000 })).toBeTruthy()
    expect(screen.queryByRole('link', { name: 'People' })).toBeNull()
  })

  it('hides people while nobody can say who may see them', async () => {
    server.use(
      http.post(address('/api/v1/permissions/check'), () => HttpResponse.json({}, { status: 503 })),
      ...behindTheDoor(),
    )
    openApp('/')
    expect(await screen.findByRole('link', { name: 'Settings' })).toBeTruthy()
    expect(screen.queryByRole('link', { name: 'People' })).toBeNull()
  })
})

describe('the directory', () => {
  it('asks what the address says, page by page', async () => {
    const asked: string[] = []
    server.use(
      ...behindTheDoor(true),
      http.get(address('/api/v1/users'), ({ request }) => {
        const query = new URL(request.url).searchParams
        asked.push(query.toString())
        const second = query.has('cursor')
        return HttpResponse.json({
          items: [{ ...me, id: `0199a000-0000-7000-8000-00000000000${second ? 2 : 1}`, name: second ? 'Grace' : 'Ada' }],
          nextCursor: second ? null : 'c1',
        })
      }),
    )
    openApp('/people?search=a&verified=true&state=gone')
    expect(await screen.findByRole('link', { name: 'Ada' }, { timeout: 5000 })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Show more' }))
    expect(await screen.findByRole('link', { name: 'Grace' })).toBeTruthy()
    expect(screen.getByText('2 people shown')).toBeTruthy()
    expect(asked).toEqual(['search=a&verified=true', 'search=a&verified=true&cursor=c1'])
  })
})

describe('the settings', () => {
  it('ask who it is first where Kratos wants to know, and keep what was typed', async () => {
    window.history.replaceState(null, '', `/security?flow=${flowId}`)
    server.use(
      newLogin(otherFlowId),
      ...behindTheDoor(),
      http.get(address('/self-service/settings/flows'), () => HttpResponse.json(flowBody(settingsNodes))),
      // A new flow: the old one would go on with what was sent before the person proved who they are.
      http.get(address('/self-service/settings/browser'), () => HttpResponse.json(flowBody(settingsNodes, { id: otherFlowId }))),
      http.post(address('/self-service/settings'), () =>
        HttpResponse.json({ error: { id: 'session_refresh_required' }, redirect_browser_to: 'x' }, { status: 403 }),
      ),
      http.post(address('/self-service/login'), () => HttpResponse.json({ session: {} })),
    )
    const { at } = openApp(`/security?flow=${flowId}`)
    fireEvent.change(await screen.findByLabelText('New password', {}, { timeout: 5000 }), { target: { value: 'brand new horse' } })
    fireEvent.click(screen.getByRole('button', { name: 'Set new password' }))
    await waitFor(() => expect(at()).toContain(`/sign-in?refresh=true&return_to=%2Fsecurity`))
    fireEvent.change(await screen.findByLabelText('E-mail address'), { target: { value: 'ada@example.org' } })
    fireEvent.change(screen.getByLabelText('Password'), { target: { value: 'correct horse' } })
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(at()).toBe(`/security?flow=${otherFlowId}`))
    expect(await screen.findByLabelText('New password')).toHaveProperty('value', 'brand new horse')
    expect(sessionStorage.length + localStorage.length).toBe(0)
  })

  it('show nothing but the new password after a recovery, and end at home', async () => {
    const recovered = { messages: [{ id: 1060001, text: 'x', type: 'success' }] }
    let body: unknown
    server.use(
      ...behindTheDoor(),
      http.get(address('/self-service/settings/flows'), () => HttpResponse.json(flowBody(settingsNodes, recovered))),
      http.post(address('/self-service/settings'), async ({ request }) => {
        body = await request.json()
        return HttpResponse.json(flowBody(settingsNodes, { state: 'success' }))
      }),
    )
    const { at } = openApp(`/new-password?flow=${flowId}`)
    expect(await screen.findByRole('heading', { name: 'Set a new password' }, { timeout: 5000 })).toBeTruthy()
    expect(screen.queryByLabelText('Name')).toBeNull()
    fireEvent.change(screen.getByLabelText('New password'), { target: { value: 'brand new horse' } })
    fireEvent.click(screen.getByRole('button', { name: 'Set new password' }))
    await waitFor(() => expect(at()).toBe('/'))
    expect(body).toEqual({ csrf_token: 'token-1', password: 'brand new horse', method: 'password' })
  })
})

describe('a one-time link', () => {
  it('is used up by the button, not by opening it, and once', async () => {
    sessionStorage.setItem('vestibule.setup', 'a-token')
    const redeemed: unknown[] = []
    server.use(
      ...behindTheDoor(),
      http.post(address('/api/v1/setup-links/redeem'), async ({ request }) => {
        redeemed.push(await request.json())
        return HttpResponse.json({ purpose: 'operator', flowId, code: '123456' })
      }),
      http.post(address('/self-service/recovery'), () =>
        HttpResponse.json(
          flowBody([], { state: 'passed_challenge', continue_with: [{ action: 'show_settings_ui', flow: { id: otherFlowId } }] }),
        ),
      ),
      http.get(address('/self-service/settings/flows'), () => HttpResponse.json(flowBody(settingsNodes, { id: otherFlowId }))),
    )
    const { at } = openApp('/setup')
    const button = await screen.findByRole('button', { name: 'Continue and set a password' }, { timeout: 5000 })
    expect(redeemed).toEqual([])
    fireEvent.click(button)
    fireEvent.click(button)
    await waitFor(() => expect(at()).toBe(`/new-password?flow=${otherFlowId}`))
    expect(redeemed).toEqual([{ token: 'a-token' }])
    expect(sessionStorage.getItem('vestibule.setup')).toBeNull()
  })

  it('that is used or too old says so', async () => {
    sessionStorage.setItem('vestibule.setup', 'a-token')
    server.use(http.post(address('/api/v1/setup-links/redeem'), () => HttpResponse.json({ code: 'setup-link-invalid' }, { status: 410 })))
    openApp('/setup')
    fireEvent.click(await screen.findByRole('button', { name: 'Continue and set a password' }, { timeout: 5000 }))
    expect(await screen.findByText('This link is not valid any more')).toBeTruthy()
  })
})
