import { describe, expect, it } from 'vitest'
import { faultOf } from './check-field.ts'
import type { InputAttributes } from './flow.ts'

const field = (parts: Partial<InputAttributes>): InputAttributes => ({ node_type: 'input', name: 'x', type: 'text', ...parts })

describe('a field', () => {
  it('may be empty while it is filled in, not when it is sent', () => {
    const email = field({ name: 'traits.email', type: 'email', required: true })
    expect(faultOf(email, '  ', 'leaving')).toBeNull()
    expect(faultOf(email, '  ', 'sending')).toEqual({ key: 'check.emailMissing' })
    expect(faultOf(field({}), '', 'sending')).toBeNull()
  })

  it('asks for the country code of a number, where numbers are taken', () => {
    const either = field({ name: 'identifier', required: true, label: { id: 1070004, text: 'ID', type: 'info' } })
    expect(faultOf(either, '06 1234 5678', 'leaving')).toEqual({ key: 'check.countryCode' })
    expect(faultOf(either, '', 'sending')).toEqual({ key: 'check.identifierMissing' })
    for (const fine of ['+31 6 1234 5678', '0031612345678', 'ada@example.org', '06@example.org'])
      expect(faultOf(either, fine, 'leaving')).toBeNull()
    expect(faultOf(field({ name: 'identifier' }), '06 1234 5678', 'leaving')).toBeNull()
  })

  it('tells a half address from a whole one', () => {
    const email = field({ type: 'email' })
    expect(faultOf(email, 'ada', 'leaving')).toEqual({ key: 'check.email' })
    expect(faultOf(email, 'ada@example.org', 'leaving')).toBeNull()
    expect(faultOf(email, 'zoë@voorbeeld.nl', 'leaving')).toBeNull()
  })

  it('counts a new password in bytes, as it is hashed', () => {
    const fresh = field({ type: 'password', autocomplete: 'new-password' })
    expect(faultOf(fresh, 'a'.repeat(72), 'leaving')).toBeNull()
    expect(faultOf(fresh, 'a'.repeat(73), 'leaving')).toEqual({ key: 'kratos.4000033', values: { max_length: 72, actual_length: 73 } })
    expect(faultOf(fresh, 'é'.repeat(40), 'sending')).toMatchObject({ values: { actual_length: 80 } })
    expect(faultOf(field({ type: 'password' }), 'a'.repeat(99), 'sending')).toBeNull()
  })

  it('honours a pattern, and leaves one that it cannot read to the server', () => {
    expect(faultOf(field({ name: 'code', pattern: '[0-9]+' }), '12a', 'leaving')).toEqual({ key: 'check.code' })
    expect(faultOf(field({ pattern: '[0-9]+' }), '12a', 'leaving')).toEqual({ key: 'check.pattern' })
    expect(faultOf(field({ pattern: '[0-9' }), '12a', 'leaving')).toBeNull()
  })
})
