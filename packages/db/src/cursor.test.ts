import { expect, it } from 'vitest'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from './cursor.ts'

const position = z.tuple([z.iso.datetime(), z.uuid()])

it('comes back as it was sent', () => {
  const values: [string, string] = ['2026-11-21T09:00:00.000Z', '019aa1f0-0000-7000-8000-000000000000']
  expect(decodeCursor(position, encodeCursor(values))).toEqual(values)
})

it.each(['', 'x', '!!!', encodeCursor([1]), encodeCursor({}), 'a'.repeat(5_000)])('refuses %.20s', (cursor) => {
  expect(() => decodeCursor(position, cursor)).toThrow(expect.objectContaining({ code: 'invalid-request', status: 400 }))
})
