import { DrizzleQueryError } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { asProblem, databaseErrorCode, isDatabaseDown, isUniqueViolation } from './errors.ts'

const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more })
const wrapped = (cause: Error) => new DrizzleQueryError('insert into users values ($1)', ['secret'], cause)

it('finds the constraint inside Drizzle’s wrapper', () => {
  const error = wrapped(coded('23505', { constraint_name: 'users_email' }))
  expect(isUniqueViolation(error, 'users_email')).toBe(true)
  expect(isUniqueViolation(error)).toBe(true)
  expect(isUniqueViolation(error, 'users_pkey')).toBe(false)
  expect(isUniqueViolation(new Error('23505'), 'users_email')).toBe(false)
  expect(databaseErrorCode(error)).toBe('23505')
})

it.each(['ECONNREFUSED', 'CONNECTION_CLOSED', '57P01', '57P03', '53300', '53100', '08006', '57014', '28P01', '3D000'])(
  'takes %s for an outage',
  (code) => {
    expect(isDatabaseDown(wrapped(coded(code)))).toBe(true)
    expect(asProblem(wrapped(coded(code)))).toMatchObject({ code: 'database-down', status: 503 })
  },
)

it.each(['23505', '42P01', '22P02', 'ENOENT'])('does not take %s for an outage', (code) => {
  const error = wrapped(coded(code))
  expect(isDatabaseDown(error)).toBe(false)
  expect(asProblem(error)).toBe(error)
})
