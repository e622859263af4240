import { expect, it } from 'vitest'
import { gather } from './gather.ts'

function held() {
  const calls: { items: readonly number[]; end: (error?: Error) => void }[] = []
  const work = (items: readonly number[]) =>
    new Promise<void>((resolve, reject) => {
      calls.push({ items, end: (error) => (error === undefined ? resolve() : reject(error)) })
    })
  return { calls, work }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

it('makes the first call at once, and one for all who came meanwhile', async () => {
  const { calls, work } = held()
  const put = gather(2, work)
  const all = [1, 2, 3, 4].map(put)
  expect(calls.map(({ items }) => items)).toEqual([[1]])
  calls[0]?.end()
  await settled()
  expect(calls.map(({ items }) => items)).toEqual([[1], [2, 3]])
  calls[1]?.end()
  await settled()
  calls[2]?.end()
  await Promise.all(all)
  expect(calls.map(({ items }) => items)).toEqual([[1], [2, 3], [4]])
})

it('fails those of the failed call alone, and goes on', async () => {
  const { calls, work } = held()
  const put = gather(5, work)
  const results = Promise.allSettled([1, 2].map(put))
  calls[0]?.end(new Error('down'))
  await settled()
  calls[1]?.end()
  expect((await results).map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  const later = put(3)
  calls[2]?.end()
  await later
})
