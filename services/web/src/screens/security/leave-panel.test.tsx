// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { at, behindTheDoor, leaving, newLogin, session } from '../../testing/answers.ts'
import { openApp, server, withoutMediaQueries } from '../../testing/app.tsx'
import { csrf, flowBody, flowId } from '../../testing/flows.ts'

const deletion = { requestedAt: '2026-11-24T10:00:00Z', dueAt: '2026-12-08T10:00:00Z' }

beforeAll(async () => {
  // Loaded lazily by the app, which takes long on a busy machine.
  await Promise.all([import('../security.tsx'), import('../../frame/signed-in.tsx')])
  server.listen({ onUnhandledFrame: 'error' })
  withoutMediaQueries()
}, 60_000)
afterEach(() => {
  cleanup()
  server.resetHandlers()
})
afterAll(() => server.close())

/** A server that remembers the wish, and what it was asked. */
function open(since = new Date().toISOString(), blockers: readonly string[] = []) {
  const calls: string[] = []
  let wished = false
  server.use(
    http.get(at('/api/v1/session'), () => HttpResponse.json({ ...session, since, methods: [{ method: 'password', at: since }] })),
    http.get(at('/api/v1/leaving'), () => HttpResponse.json({ ...leaving, blockers, deletion: wished ? deletion : null })),
    http.post(at('/api/v1/leaving'), () => {
      calls.push('ask')
      wished = true
      return HttpResponse.json(deletion)
    }),
    http.delete(at('/api/v1/leaving'), () => {
      calls.push('keep')
      wished = false
      return new HttpResponse(null, { status: 204 })
    }),
    http.get(at('/self-service/settings/browser'), () => HttpResponse.json(flowBody([csrf()], { id: flowId }))),
    http.get(at('/self-service/settings/flows'), () => HttpResponse.json(flowBody([csrf()], { id: flowId }))),
    newLogin(),
    ...behindTheDoor(),
  )
  return { calls, ...openApp('/security') }
}

async function confirm() {
  fireEvent.click(await screen.findByRole('button', { name: 'Delete account' }, { timeout: 15_000 }))
  fireEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete account' }))
}

it('asks before it deletes, says when, and takes it back', async () => {
  const { calls } = open()
  await confirm()
  expect(await screen.findAllByText(/will be deleted on 8 December 2026/)).toHaveLength(2)
  fireEvent.click(screen.getByRole('button', { name: 'Keep my account' }))
  await screen.findByRole('button', { name: 'Delete account' })
  expect(calls).toEqual(['ask', 'keep'])
  expect(screen.queryByText(/will be deleted on/)).toBeNull()
}, 30_000)

it('sends somebody who signed in long ago to do so again', async () => {
  const { calls, at: where } = open('2026-11-21T09:00:00Z')
  await confirm()
  await waitFor(() => expect(where()).toContain('/sign-in?refresh=true'))
  expect(calls).toEqual([])
})

it('says what has to be settled first, instead of a button', async () => {
  open(undefined, ['last-administrator'])
  expect(await screen.findByText(/You are the only administrator/, {}, { timeout: 15_000 })).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Delete account' })).toBeNull()
})
