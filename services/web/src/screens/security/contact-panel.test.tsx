// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { at as address, behindTheDoor, session } from '../../testing/answers.ts'
import { openApp, server, withoutMediaQueries } from '../../testing/app.tsx'
import { csrf, flowBody, flowId, input, submit } from '../../testing/flows.ts'

beforeAll(async () => {
  server.listen({ onUnhandledFrame: 'error' })
  withoutMediaQueries()
  // Loaded before the first test waits for it.
  await Promise.all([import('../security.tsx'), import('../../frame/signed-in.tsx')])
}, 60_000)
afterEach(() => {
  cleanup()
  server.resetHandlers()
})
afterAll(() => server.close())

const proofId = '019aa1f0-0000-7000-8000-00000000000a'
const nodes = [csrf(), input('password', 'password', { group: 'password', required: true }), submit('password', 1070003, 'Save')]

function signedInJustNow() {
  const now = new Date().toISOString()
  server.use(
    http.get(address('/api/v1/session'), () => HttpResponse.json({ ...session, since: now })),
    ...behindTheDoor(),
    http.get(address('/self-service/settings/browser'), () => HttpResponse.json(flowBody(nodes, { id: flowId }))),
    http.get(address('/self-service/settings/flows'), () => HttpResponse.json(flowBody(nodes, { id: flowId }))),
    http.post(address('/api/v1/contact/email'), () => HttpResponse.json({ id: proofId, expiresAt: now }, { status: 202 })),
  )
}

async function askFor(email: string) {
  const { at: where } = openApp('/security')
  fireEvent.click(await screen.findByRole('button', { name: 'Change address' }, { timeout: 5000 }))
  const field = await screen.findByLabelText('New e-mail address')
  fireEvent.change(field, { target: { value: email } })
  fireEvent.click(screen.getByRole('button', { name: 'Send code' }))
  return where
}

async function showCode(code: string) {
  fireEvent.change(await screen.findByLabelText('Code'), { target: { value: code } })
  fireEvent.click(screen.getByRole('button', { name: 'Confirm' }))
}

it('shows a new address once its code was accepted', async () => {
  signedInJustNow()
  let shown: unknown
  server.use(
    http.post(address(`/api/v1/contact/${proofId}/code`), async ({ request }) => {
      shown = await request.json()
      return HttpResponse.json({ email: 'new@example.org', emailVerified: true, phone: null, phonePrefixes: [] })
    }),
  )
  await askFor('new@example.org')
  await showCode('123 456')
  expect(await screen.findByText('Your e-mail address is changed')).toBeTruthy()
  expect(shown).toEqual({ code: '123456' })
  await waitFor(() => expect(screen.queryByLabelText('Code')).toBeNull())
  expect(screen.getByText('new@example.org')).toBeTruthy()
})

it('asks whoever signed in with a text message to sign in another way', async () => {
  signedInJustNow()
  server.use(
    http.post(address('/api/v1/contact/email'), () =>
      HttpResponse.json({ type: 'about:blank', title: 'x', status: 403, code: 'text-message-not-enough', requestId: 'r' }, { status: 403 }),
    ),
  )
  const where = await askFor('new@example.org')
  expect(await screen.findByText(/You signed in with a text message/)).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Sign in again' }))
  await waitFor(() => expect(where()).toContain('/sign-in?refresh=true'))
})

it('says at the field that a code is not valid, and that an address is taken', async () => {
  signedInJustNow()
  let status = 422
  server.use(
    http.post(address(`/api/v1/contact/${proofId}/code`), () =>
      HttpResponse.json(
        { type: 'about:blank', title: 'x', status, code: 'code-not-valid', requestId: 'r', errors: [{ path: 'code', message: 'x' }] },
        { status },
      ),
    ),
  )
  await askFor('new@example.org')
  await showCode('123456')
  const field = screen.getByLabelText('Code')
  await waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'))
  const alert = within(screen.getByRole('alert'))
  expect(alert.getByText(/not valid/)).toBeTruthy()
  status = 409
  fireEvent.click(screen.getByRole('button', { name: 'Confirm' }))
  expect(await screen.findByText('Another account uses this address. Nothing was changed.')).toBeTruthy()
})
