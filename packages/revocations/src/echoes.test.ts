import { expect, it } from 'vitest'
import { createEchoes } from './echoes.ts'

it('counts an echo by when it was sent, so that a burst of late ones proves nothing', () => {
  let now = 0
  const echoes = createEchoes(() => now)
  expect(echoes.isLate()).toBe(true)
  const numbers = [0, 200, 400].map((at) => {
    now = at
    return echoes.next() ?? 0
  })
  now = 1_500
  for (const number of numbers) echoes.hear(number)
  expect(echoes.isLate()).toBe(true)
  const fresh = echoes.next() ?? 0
  now = 1_510
  echoes.hear(fresh)
  expect(echoes.isLate()).toBe(false)
  now = 2_301
  expect(echoes.isLate()).toBe(true)
})

it('knows a connection on which nothing comes back, and starts anew with another', () => {
  let now = 0
  const echoes = createEchoes(() => now)
  const old = echoes.next() ?? 0
  now = 2_001
  expect(echoes.isStalled()).toBe(true)
  echoes.restart()
  expect(echoes.isStalled()).toBe(false)
  echoes.hear(old)
  expect(echoes.isLate()).toBe(true)
})

it('sends no more into a connection that takes nothing', () => {
  const echoes = createEchoes(() => 0)
  for (let count = 0; count < 20; count += 1) expect(echoes.next()).not.toBeNull()
  expect(echoes.next()).toBeNull()
})
