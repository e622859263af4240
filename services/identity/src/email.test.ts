import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readEmail, respellEmail } from './email.ts'

const longLocal = 'a'.repeat(65)
const long = `a@${`${'b'.repeat(60)}.`.repeat(4)}${'c'.repeat(12)}.nl`

describe('readEmail', () => {
  it.each([
    ['ann@example.org', 'ann@example.org'],
    ['Ann.Lee+News@Example.ORG', 'ann.lee+news@example.org'],
    ["o'brien@example.org", "o'brien@example.org"],
    ['ann@bücher.example', 'ann@xn--bcher-kva.example'],
    ['ann@XN--bcher-kva.example', 'ann@xn--bcher-kva.example'],
    ['ann@почта.example', 'ann@xn--80a1acny.example'],
    ['ann@例え.example', 'ann@xn--r8jz45g.example'],
    ['ann@ελλάδα.example', 'ann@xn--hxakic4aa.example'],
    ['ann@हिन्दी.example', 'ann@xn--j2bd4cyah0f.example'],
    ['ann@a1-b2.co.uk', 'ann@a1-b2.co.uk'],
  ])('spells %s as %s', (input, email) => {
    expect(readEmail(input)).toEqual({ email })
  })

  it.each([
    ['a zero-width space', 'a\u200bnn@example.org'],
    ['a zero-width joiner in the domain', 'ann@exam\u200dple.org'],
    ['a soft hyphen', 'ann@exam\u00adple.org'],
    ['a direction mark', '\u202eann@example.org'],
    ['a Cyrillic letter in the local part', 'аnn@example.org'],
    ['a full-width letter in the local part', 'ａnn@example.org'],
    ['a composed letter in the local part', 'é@example.org'],
    ['a combining mark', 'e\u0301@example.org'],
    ['two scripts in one label', 'ann@exаmple.org'],
    ['two scripts in one label in ASCII', 'ann@xn--exmple-4nf.org'],
    ['a Cyrillic label that reads as Latin', 'ann@аррӏе.com'],
    ['a Cyrillic label that reads as Latin in ASCII', 'ann@xn--80ak6aa92e.com'],
    ['a full-width domain', 'ann@ｅｘａｍｐｌｅ.org'],
    ['an ideographic full stop', 'ann@example。org'],
    ['a Hangul filler', 'ann\u3164@example.org'],
  ])('takes %s for a look-alike', (_, input) => {
    expect(readEmail(input)).toEqual({ fault: 'look-alike' })
  })

  it.each([
    ['more than 254 characters', long],
    ['a local part of more than 64', `${longLocal}@example.org`],
    ['a quoted local part', '"a b"@example.org'],
    ['a blank', 'ann @example.org'],
    ['a blank around it', ' ann@example.org'],
    ['NUL', '\0@example.org'],
    ['half a surrogate pair', '\ud800@example.org'],
    ['a line break', 'ann@example.org\n'],
    ['two dots', 'ann..lee@example.org'],
    ['no local part', '@example.org'],
    ['no domain', 'ann@'],
    ['no at', 'ann'],
    ['one label', 'ann@localhost'],
    ['an IP address', 'ann@127.0.0.1'],
    ['an address literal', 'ann@[127.0.0.1]'],
    ['a hyphen at the end', 'ann@example-.org'],
    ['a trailing dot', 'ann@example.org.'],
    ['a number before what Kratos cuts off', '+31612345678/x@example.org'],
    ['a number in the middle of it', 'a+31612345678/x1@example.org'],
    ['nothing', ''],
  ])('refuses %s', (_, input) => {
    expect(readEmail(input)).toEqual({ fault: 'not-normalised' })
  })

  it('answers ASCII in lower case that it would answer again, whatever it is given', () => {
    const part = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('ann', 'bücher', 'аррӏе', 'xn--80ak6aa92e', 'a-b', '例え'),
    )
    fc.assert(
      fc.property(part, part, fc.constantFrom('nl', 'org', 'рф', ''), (local, label, top) => {
        const reading = readEmail(`${local}@${label}.${top}`)
        if ('fault' in reading) return
        expect(reading.email).toMatch(/^[\x21-\x3f\x5b-\x7e]+@[a-z0-9.-]+$/)
        expect(reading.email.length).toBeLessThanOrEqual(254)
        expect(readEmail(reading.email)).toEqual(reading)
        expect(readEmail(reading.email.toUpperCase())).toEqual(reading)
      }),
      { numRuns: 1000 },
    )
  })

  it('leaves its own spelling as it is', () => {
    for (const input of ['ann@bücher.example', 'Ann@Example.org']) {
      const first = readEmail(input)
      expect('email' in first && readEmail(first.email)).toEqual(first)
    }
  })
})

describe('respellEmail', () => {
  it('writes the domain in ASCII and leaves everything else alone', () => {
    expect(respellEmail('Ann@Bücher.example')).toBe('ann@xn--bcher-kva.example')
    expect(respellEmail('Ann@Example.org')).toBe('Ann@Example.org')
    expect(respellEmail('аnn@example.org')).toBe('аnn@example.org')
    expect(respellEmail('+31612345678')).toBe('+31612345678')
  })
})
