import { expect, it } from 'vitest'
import { createOutage } from './outage.ts'

it('lets one mail try, less and less often, until one gets through', () => {
  let now = 0
  const outage = createOutage(
    () => now,
    () => 1,
  )
  expect(outage.limit(5)).toBe(5)
  const waits: number[] = []
  for (let tries = 0; tries < 5; tries += 1) {
    outage.failed('refused')
    outage.failed('refused, at the same time')
    expect([outage.limit(5), outage.reason()]).toEqual([0, 'refused'])
    const failedAt = now
    while (outage.limit(5) === 0) now += 1
    expect(outage.limit(5)).toBe(1)
    waits.push(now - failedAt)
  }
  expect(waits).toEqual([500, 1_000, 2_000, 2_000, 2_000])
  outage.over()
  expect([outage.limit(5), outage.reason()]).toEqual([5, null])
})
