import { describe, expect, it } from 'vitest'
import { readPhone, takesMessages } from './phone.ts'

describe('readPhone', () => {
  it.each([
    '+31612345678',
    ' +31 6 1234 5678 ',
    '0031612345678',
    '+31 (0)6-1234.5678',
    '+310612345678',
    '\uff0b31\u00a06\u201112345678',
    '+31\u200b612345678',
    '(+31) 6/12345678',
  ])('takes %j for one number', (typed) => {
    expect(readPhone(typed)).toBe('+31612345678')
  })

  it.each([
    '0612345678',
    'ann@example.org',
    '+3100',
    '+',
    '',
    'a+31612345678',
    '+31612345678x5',
    'tel:+31612345678',
    '+0612345678',
    '++31612345678',
  ])('takes %j for no number', (typed) => {
    expect(readPhone(typed)).toBeNull()
  })

  it.each([
    '+1 1 202 555 0123',
    '+52 1 222 123 4567',
    '+7 8 912 345 67 89',
    '+54 11 15 2345 6789 0',
    '+370 8 612 34567',
    '+375 8 29 491 1911',
    '+375 80 29 491 1911',
    '+61 1831 412 345 678',
    '+31 00 6 12345678',
    '+672 81234',
  ])('takes %j, a second spelling of a number, for no number', (typed) => {
    expect(readPhone(typed)).toBeNull()
  })

  it.each([
    '+1 202 555 0123',
    '+52 222 123 4567',
    '+7 912 345 67 89',
    '+7 800 123 45 67',
    '+54 9 11 2345 6789',
    '+61 412 345 678',
    '+86 131 2345 6789',
  ])('takes %j for a number', (typed) => {
    expect(readPhone(typed)).toBe(typed.replaceAll(' ', ''))
  })

  it('keeps a zero that belongs to the number', () => {
    expect(readPhone('+225 07 12 34 56 78')).toBe('+2250712345678')
  })
})

describe('takesMessages', () => {
  it('goes by the beginnings that were named, none by default', () => {
    expect(takesMessages('+31612345678', ['+32', '+31'])).toBe(true)
    expect(takesMessages('+31612345678', ['+32'])).toBe(false)
    expect(takesMessages('+31612345678', [])).toBe(false)
  })
})
