// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { openApp, server, withoutMediaQueries } from '../testing/app.tsx'
import { csrf, flowBody, input, otherFlowId, submit } from '../testing/flows.ts'

const origin = window.location.origin
const shop = 'https://shop.example/basket'

beforeAll(async () => {
  server.listen({ onUnhandledFrame: 'error' })
  withoutMediaQueries()
  await import('./recover.tsx')
}, 60_000)
beforeEach(() => window.history.replaceState(null, '', '/recover'))
afterEach(() => {
  cleanup()
  server.resetHandlers()
})
afterAll(() => server.close())

const codeNodes = [csrf(), input('code', 'text', { group: 'code', label: { id: 1070010, text: 'Code' } }), submit('code')]

/** Asks for a code, and tells with what Kratos was asked for the flow. */
function answering(): string[] {
  const asked: string[] = []
  server.use(
    http.get(`${origin}/self-service/recovery/browser`, ({ request }) => {
      asked.push(new URL(request.url).search)
      return HttpResponse.json(flowBody(codeNodes, { state: 'sent_email' }))
    }),
    http.get(`${origin}/self-service/recovery/flows`, () => HttpResponse.json(flowBody(codeNodes, { state: 'sent_email' }))),
    http.post(`${origin}/self-service/recovery`, () =>
      HttpResponse.json(
        flowBody([], { state: 'passed_challenge', continue_with: [{ action: 'show_settings_ui', flow: { id: otherFlowId } }] }),
      ),
    ),
    http.get(`${origin}/self-service/settings/flows`, () => HttpResponse.json(flowBody([csrf()], { id: otherFlowId }))),
    http.get(`${origin}/api/v1/session`, () => HttpResponse.json({}, { status: 401 })),
  )
  return asked
}

function fieldForCode(): Element {
  const field = document.querySelector('input[name="code"]')
  if (field === null) throw new Error(document.body.textContent)
  return field
}

it.each([
  [shop, '?return_to=%2Fsign-in%3Freturn_to%3Dhttps%253A%252F%252Fshop.example%252Fbasket', `return_to=${encodeURIComponent(shop)}`],
  ['/people/new', '?return_to=%2Fpeople%2Fnew', 'return_to=%2Fpeople%2Fnew'],
  ['//evil.example', '', null],
])('keeps %s as the place to end, to be judged there', async (target, search, carried) => {
  const asked = answering()
  const { at } = openApp(`/recover?${new URLSearchParams({ return_to: target })}`)
  const field = await waitFor(fieldForCode, { timeout: 5000 })
  expect(asked).toEqual([search])
  const back = screen.getByRole('link', { name: 'Back to sign in' }).getAttribute('href')
  expect(back).toBe(carried === null ? '/sign-in' : `/sign-in?${carried}`)
  fireEvent.change(field, { target: { value: '123456' } })
  fireEvent.submit(field)
  await waitFor(() => expect(at()).toContain(`/new-password?flow=${otherFlowId}`))
  expect(at().includes('return_to')).toBe(carried !== null)
  if (carried !== null) expect(at()).toContain(carried)
})
