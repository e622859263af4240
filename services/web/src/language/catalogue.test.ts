import '../testing/languages.ts'
import { describe, expect, it } from 'vitest'
import en from '../../messages/en.json' with { type: 'json' }
import nl from '../../messages/nl.json' with { type: 'json' }
import { format } from './catalogue.ts'
import { catalogueFaults } from './catalogue-faults.ts'
import { browserLanguage } from './choice.ts'

describe('the two languages', () => {
  it('say the same things with the same values', () => {
    expect(catalogueFaults(en, nl)).toEqual([])
  })

  it('are compared key by key and value by value', () => {
    const original = { a: 'A', b: 'Hello {name}', c: '{n, plural, one {# file} other {# files of {who}}}' }
    expect(
      catalogueFaults(original, { b: 'Hallo {naam}', c: '{n, plural, one {# bestand} other {# bestanden van {who}}}', d: 'D' }),
    ).toEqual(['a: missing', 'b: uses other values (name)', 'd: not in the original'])
    expect(() => catalogueFaults({ a: 'A {x}' }, { a: 'A {x' })).toThrow()
  })

  it('count in their own way', () => {
    expect(format('en', 'people.count', { count: 1, more: false })).toBe('1 person shown')
    expect(format('nl', 'people.count', { count: 25, more: true })).toBe('25 mensen getoond, er zijn er meer')
  })

  it('follow what the browser asks for, English otherwise', () => {
    expect(browserLanguage(['fr-FR', 'nl-BE', 'en'])).toBe('nl')
    expect(browserLanguage(['de'])).toBe('en')
    expect(browserLanguage([])).toBe('en')
  })
})
