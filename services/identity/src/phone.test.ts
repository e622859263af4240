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
