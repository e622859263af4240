import fc from 'fast-check'
import { expect, it } from 'vitest'
import { arrayLiteral, parseArray } from './array-types.ts'

it('reads back any texts that it wrote', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.string({ unit: 'binary' }))), (values) => {
      expect(parseArray(arrayLiteral(values), (text) => text)).toEqual(values)
    }),
  )
})

it('reads what Postgres writes', () => {
  expect(parseArray('{1,NULL,3}', Number)).toEqual([1, null, 3])
  expect(parseArray('{}', Number)).toEqual([])
  expect(parseArray('{a,"b c","d\\"e","NULL"}', (text) => text)).toEqual(['a', 'b c', 'd"e', 'NULL'])
})
