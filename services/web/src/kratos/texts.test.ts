import '../testing/languages.ts'
import { describe, expect, it } from 'vitest'
import en from '../../messages/en.json' with { type: 'json' }
import { aFlow, input } from '../testing/flows.ts'
import { labelText, messageText } from './texts.ts'

const message = (id: number, context?: Record<string, unknown>) => ({ id, text: 'Own text of Kratos', type: 'error', context })

/** Every id of v1.3.1 and v26.2.0 that a screen can show, from `text/id.go`, and the ids that our own hooks send. */
const known = [
  ...range(1010001, 1010023),
  ...range(1040001, 1040009),
  ...range(1050001, 1050020),
  ...range(1060001, 1060003),
  ...range(1070001, 1070015),
  ...range(1080001, 1080003),
  ...range(4000001, 4000039),
  ...range(4010001, 4010010),
  ...range(4040001, 4040003),
  4050001,
  ...range(4060001, 4060006),
  ...range(4070001, 4070006),
  5000001,
  ...range(9000001, 9000006),
  ...range(9000011, 9000014),
]

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

describe('messages of Kratos', () => {
  it.each(known)('%i has words in English, and so in Dutch', (id) => {
    expect(en).toHaveProperty([`kratos.${id}`])
  })

  it('are filled from their context in both languages', () => {
    const short = message(4000032, { min_length: 8, actual_length: 5 })
    expect(messageText('en', short)).toBe('Use at least 8 characters; you used 5.')
    expect(messageText('nl', short)).toBe('Gebruik minstens 8 tekens; je gebruikte er 5.')
  })

  it('keep their own text when the id is new or the context is another', () => {
    expect(messageText('nl', message(1999999))).toBe('Own text of Kratos')
    expect(messageText('en', message(4000032))).toBe('Own text of Kratos')
  })

  it('never read markup or message syntax in what a context holds', () => {
    const label = message(1070002, { title: '<img src=x onerror=alert(1)>{evil}' })
    expect(messageText('en', label)).toBe('<img src=x onerror=alert(1)>{evil}')
  })

  it('name a field by our words, an unknown one by its label, the rest by its name', () => {
    const { nodes } = aFlow([
      input('traits.email', 'email', { label: { id: 1070002, text: 'E-Mail', context: { title: 'E-Mail' } } }),
      input('traits.badge', 'text', { label: { id: 1070002, text: 'Badge', context: { title: 'Badge' } } }),
      input('bare', 'text'),
    ]).ui
    expect(nodes.map((node) => labelText('nl', node))).toEqual(['E-mailadres', 'Badge', 'bare'])
  })
})
