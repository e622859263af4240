import { expect, it } from 'vitest'
import { restartDelayMs } from './backoff.ts'

it('waits half a second first, then longer, four seconds at most', () => {
  expect([0, 1, 2, 3, 4, 100].map(restartDelayMs)).toEqual([500, 1_000, 2_000, 4_000, 4_000, 4_000])
})
