import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { type AnswerOf, addressOf, contract, type ParamsOf, type QueryOf } from './contract.ts'
import { listUsers, type readMe, readUser } from './users.ts'

const ok = { method: 'get', summary: 'x', answers: { 200: z.object({}) } } as const

describe('contract', () => {
  it('refuses placeholders without a schema and a schema without a placeholder', () => {
    expect(() => contract({ ...ok, path: '/a/{id}' })).toThrow('placeholders are [id]')
    expect(() => contract({ ...ok, path: '/a', params: z.strictObject({ id: z.string() }) })).toThrow('params are [id]')
  })

  it('refuses a path that is not a template, a GET with a body and a contract that never succeeds', () => {
    expect(() => contract({ ...ok, path: '/a//b' })).toThrow('not a path template')
    expect(() => contract({ ...ok, path: '/a', body: z.object({}) })).toThrow('no body')
    expect(() => contract({ ...ok, path: '/a', answers: { 404: z.object({}) } })).toThrow('no 2xx')
  })

  it('refuses input that would drop fields it does not name, however deep', () => {
    const post = { ...ok, method: 'post', path: '/a' } as const
    expect(() => contract({ ...post, query: z.object({}) })).toThrow('query has an object that is not strict at the top level')
    const deep = z.strictObject({ list: z.array(z.strictObject({ a: z.object({ b: z.string() }).nullable().optional() })) })
    expect(() => contract({ ...post, body: deep })).toThrow('body has an object that is not strict at list[].a')
  })

  it('keeps the types of its parts', () => {
    expectTypeOf<ParamsOf<typeof readUser>>().toEqualTypeOf<{ userId: string }>()
    expectTypeOf<QueryOf<typeof listUsers>['limit']>().toEqualTypeOf<number>()
    expectTypeOf<AnswerOf<typeof readMe>['state']>().toEqualTypeOf<'active' | 'inactive'>()
  })
})

describe('addressOf', () => {
  it('encodes placeholders and leaves absent query fields out', () => {
    expect(addressOf(readUser, { userId: 'a/b c' })).toBe('/api/v1/users/a%2Fb%20c')
    expect(addressOf(listUsers, {}, { search: 'a&b', state: undefined })).toBe('/api/v1/users?search=a%26b')
  })

  it('leaves internal addresses where they are', () => {
    expect(addressOf({ ...ok, path: '/internal/x' })).toBe('/internal/x')
  })
})
