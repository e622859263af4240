// @vitest-environment jsdom
import { cleanup, fireEvent, screen, within } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { at, behindTheDoor } from '../../testing/answers.ts'
import { openApp, server, withoutMediaQueries } from '../../testing/app.tsx'

const gone = (n: number, awaited: string[] = []) => ({
  userId: `0199a000-0000-7000-8000-0000000002${String(n).padStart(2, '0')}`,
  erasedAt: '2026-11-21T09:00:00Z',
  awaited,
})

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
beforeEach(() => {
  withoutMediaQueries()
  server.use(...behindTheDoor(true))
})
afterEach(() => {
  cleanup()
  server.resetHandlers()
})
afterAll(() => server.close())

const answerWith = (items: unknown[], nextCursor: string | null = null) =>
  server.use(http.get(at('/api/v1/erasures'), () => HttpResponse.json({ items, nextCursor })))

it('says what will be here when nobody has left', async () => {
  answerWith([])
  openApp('/people/erased')
  expect(await screen.findByRole('heading', { name: 'Nobody has left' }, { timeout: 5_000 })).toBeTruthy()
})

it('names the services that have not reported, and says when nothing is left', async () => {
  answerWith([gone(1, ['users', 'files']), gone(2)])
  openApp('/people/erased')
  const rows = (await screen.findAllByRole('row', undefined, { timeout: 5_000 })).slice(1).map((row) => within(row))
  expect(rows).toHaveLength(2)
  expect(rows[0]?.getByText('Still to remove: profiles')).toBeTruthy()
  expect(rows[0]?.getByText('Still to remove: files')).toBeTruthy()
  expect(rows[1]?.getByText('Nothing is left')).toBeTruthy()
})

it('adds the second page to the first', async () => {
  server.use(
    http.get(at('/api/v1/erasures'), ({ request }) =>
      new URL(request.url).searchParams.get('cursor') === 'next'
        ? HttpResponse.json({ items: [gone(2)], nextCursor: null })
        : HttpResponse.json({ items: [gone(1)], nextCursor: 'next' }),
    ),
  )
  openApp('/people/erased')
  fireEvent.click(await screen.findByRole('button', { name: 'Show more' }, { timeout: 5_000 }))
  await screen.findByText(gone(2).userId)
  expect(screen.getByText(gone(1).userId)).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull()
})

it('asks for unfinished ones alone, in the address too', async () => {
  const asked: (string | null)[] = []
  server.use(
    http.get(at('/api/v1/erasures'), ({ request }) => {
      asked.push(new URL(request.url).searchParams.get('awaited'))
      return HttpResponse.json({ items: [], nextCursor: null })
    }),
  )
  const { at: here } = openApp('/people/erased')
  fireEvent.click(await screen.findByRole('radio', { name: 'Not finished' }, { timeout: 5_000 }))
  expect(await screen.findByRole('heading', { name: 'Everything is removed' })).toBeTruthy()
  expect(asked).toEqual([null, 'true'])
  expect(here()).toBe('/people/erased?awaited=true')
})

it('says who could give access to whoever has none', async () => {
  const problem = { type: 'x', title: 'x', status: 403, code: 'forbidden', requestId: 'r' }
  server.use(http.get(at('/api/v1/erasures'), () => HttpResponse.json(problem, { status: 403 })))
  openApp('/people/erased')
  expect(await screen.findByRole('heading', { name: 'This part is for administrators' }, { timeout: 5_000 })).toBeTruthy()
})
