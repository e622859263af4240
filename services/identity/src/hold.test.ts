import { expect, it } from 'vitest'
import { holdUntil } from './hold.ts'

it('leaves at a multiple of the step after the start, however long the work took', async () => {
  for (const workedMs of [0, 5, 130]) {
    const startedAt = performance.now() - workedMs
    await holdUntil(startedAt, 100)
    const passed = performance.now() - startedAt
    expect(passed).toBeGreaterThanOrEqual(workedMs < 100 ? 100 : 200)
  }
})

it('does not wait where no step is set', async () => {
  const startedAt = performance.now()
  await holdUntil(startedAt, 0)
  expect(performance.now() - startedAt).toBeLessThan(50)
})
