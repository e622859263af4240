import { expect, it } from 'vitest'
import { z } from 'zod'
import { newId } from './id.ts'

it('makes version 7 ids that carry the time', () => {
  const before = Date.now()
  const id = newId()
  expect(z.uuidv7().safeParse(id).success).toBe(true)
  const ms = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
  expect(ms).toBeGreaterThanOrEqual(before)
  expect(ms).toBeLessThanOrEqual(Date.now() + 50)
})

it('sorts by creation within one process, also when the clock stands still or goes back', () => {
  const now = Date.now()
  const ids = Array.from({ length: 20_000 }, (_, index) => newId(now - (index % 3)))
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})
