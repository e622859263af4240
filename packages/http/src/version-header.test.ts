import { expect, it } from 'vitest'
import { parseIfMatch, versionHeader } from './version-header.ts'

it('reads back what it wrote', () => {
  expect(parseIfMatch(versionHeader(7).etag)).toEqual([7])
})

it('has no condition without the header or with a star', () => {
  expect(parseIfMatch(null)).toBeNull()
  expect(parseIfMatch(' * ')).toBeNull()
})

it('takes lists, and never matches weak or foreign tags', () => {
  expect(parseIfMatch('"1", "2"')).toEqual([1, 2])
  expect(parseIfMatch('W/"1"')).toEqual([])
  expect(parseIfMatch('"abc","01","-1","1e3","99999999999"')).toEqual([])
})

it.each(['1', '"1', '', '"1" "2"', '1,"2"', '"1",'.repeat(30)])('refuses %j', (header) => {
  expect(() => parseIfMatch(header)).toThrow(expect.objectContaining({ code: 'invalid-request' }))
})
