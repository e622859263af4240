// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { at, behindTheDoor, newLogin, session } from '../../testing/answers.ts'
import { openApp, server, withoutMediaQueries } from '../../testing/app.tsx'
import { csrf, flowBody, flowId } from '../../testing/flows.ts'

const archive = { version: 1, userId: '01a2c3d4-0000-4000-8000-000000000001', madeAt: '2026-11-24T10:00:00Z', services: { identity: {} } }
const saved: Blob[] = []

beforeAll(async () => {
  await Promise.all([import('../security.tsx'), import('../../frame/signed-in.tsx')])
  server.listen({ onUnhandledFrame: 'error' })
  withoutMediaQueries()
  // jsdom has neither.
  URL.createObjectURL = (blob: Blob) => {
    saved.push(blob)
    return 'blob:one'
  }
  URL.revokeObjectURL = () => {}
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
}, 60_000)
afterEach(() => {
  cleanup()
  server.resetHandlers()
  saved.splice(0)
})
afterAll(() => server.close())

function open(answers: Response[], since = new Date().toISOString()) {
  const asked: string[] = []
  server.use(
    http.get(at('/api/v1/session'), () => HttpResponse.json({ ...session, since, methods: [{ method: 'password', at: since }] })),
    http.get(at('/api/v1/archive'), () => {
      asked.push('archive')
      return answers.shift() ?? HttpResponse.json(archive)
    }),
    http.get(at('/self-service/settings/browser'), () => HttpResponse.json(flowBody([csrf()], { id: flowId }))),
    http.get(at('/self-service/settings/flows'), () => HttpResponse.json(flowBody([csrf()], { id: flowId }))),
    newLogin(),
    ...behindTheDoor(),
  )
  return { asked, ...openApp('/security') }
}

/** jsdom's files know no `text()`. */
function textOf(blob: Blob | undefined): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.readAsText(blob ?? new Blob())
  })
}

const press = async () => fireEvent.click(await screen.findByRole('button', { name: 'Download your data' }, { timeout: 15_000 }))

it('saves what is known, and says when it could not be had', async () => {
  const { asked } = open([HttpResponse.json({ code: 'dependency-down', status: 503 }, { status: 503 })])
  await press()
  expect(await screen.findByText('This is not available right now')).toBeTruthy()
  expect(saved).toEqual([])
  await press()
  expect(await screen.findByText('Your file is among your downloads.')).toBeTruthy()
  expect(JSON.parse(await textOf(saved[0]))).toEqual(archive)
  expect(asked).toHaveLength(2)
})

it('asks who it is first when that is long ago', async () => {
  const { asked, at: where } = open([], '2026-01-01T10:00:00Z')
  await press()
  await waitFor(() => expect(where()).toContain('refresh=true'))
  expect(asked).toEqual([])
})
