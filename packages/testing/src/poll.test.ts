import { expect, it } from 'vitest'
import { until } from './poll.ts'

it('resolves with the first answer, past refusals and errors', async () => {
  let asked = 0
  const answer = await until(
    () => {
      asked += 1
      if (asked === 1) throw new Error('not yet')
      return asked === 3 ? 'there' : undefined
    },
    { everyMs: 1 },
  )
  expect(answer).toBe('there')
})

it('says at the deadline why it is not so', async () => {
  await expect(until(() => Promise.reject(new Error('closed')), { timeoutMs: 20, everyMs: 5 })).rejects.toThrow(/20 ms: closed/)
  await expect(until(() => false, { timeoutMs: 20, everyMs: 5 })).rejects.toThrow(/did not come about within 20 ms$/)
})
