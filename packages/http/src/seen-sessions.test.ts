import { createLog } from '@app/log/log'
import type { Session } from '@app/ory/session'
import { expect, it, vi } from 'vitest'
import { createSeenReporter, type SeenSession } from './seen-sessions.ts'
import { aSession } from './test-service.ts'

const log = createLog({ service: 'test', level: 'silent' })

function reporter(report: (seen: readonly SeenSession[]) => Promise<unknown>, found: Session | null = aSession()) {
  vi.useFakeTimers()
  const seen = createSeenReporter({ report, log })
  const reader = seen.watch({ findSession: async () => found })
  return { seen, find: () => reader.findSession() }
}

it('reports each session once a minute, however often it was used', async () => {
  const report = vi.fn(async () => {})
  const { find, seen } = reporter(report)
  for (let n = 0; n < 100; n += 1) await find()
  expect(report).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(report.mock.calls).toEqual([[[{ sessionId: aSession().id, userId: aSession().userId }]]])
  await vi.advanceTimersByTimeAsync(120_000)
  expect(report).toHaveBeenCalledTimes(1)
  await find()
  await seen.stop()
  expect(report).toHaveBeenCalledTimes(2)
})

it('repeats a report that failed', async () => {
  const report = vi.fn(async () => {}).mockRejectedValueOnce(new Error('down'))
  const { find } = reporter(report)
  await find()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(report).toHaveBeenCalledTimes(2)
  expect(report.mock.calls[1]).toEqual(report.mock.calls[0])
})

it('says nothing about guests and nobody', async () => {
  const report = vi.fn(async () => {})
  for (const found of [null, aSession({ schemaId: 'guest' })]) {
    const { find, seen } = reporter(report, found)
    expect(await find()).toEqual(found)
    await seen.stop()
  }
  expect(report).not.toHaveBeenCalled()
})
