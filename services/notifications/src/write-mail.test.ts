import { expect, it } from 'vitest'
import { carriesCode, courierKinds, isNotice, mailKinds, smsKinds } from './kinds.ts'
import { closestLocale, locales } from './locale.ts'
import { catalogues } from './messages.ts'
import { greetableName, type MailContent, writeMail } from './write-mail.ts'
import { writeSms } from './write-sms.ts'

const content = (change: Partial<MailContent> = {}): MailContent => ({
  kind: 'verification_code_valid',
  locale: 'en',
  product: 'Vestibule',
  link: 'https://vestibule.test/verify?a=1&b=2',
  code: '123456',
  expiresInMinutes: 15,
  name: 'Ann',
  occurredAt: null,
  ...change,
})

/** Names of ICU arguments, sorted. */
const placeholders = (message: string) =>
  [...new Set([...message.matchAll(/\{(\w+)/g)].map(([, name]) => name ?? ''))].filter((name) => !/^(one|other)$/.test(name)).sort()

it('has every message in every language, with the same arguments', () => {
  expect(Object.keys(catalogues.nl)).toEqual(Object.keys(catalogues.en))
  const parts = (kind: (typeof mailKinds)[number]) => (isNotice(kind) ? ['subject', 'text'] : ['subject', 'title', 'text', 'button'])
  const needed = [...mailKinds.flatMap((kind) => parts(kind).map((part) => `${kind}.${part}`)), ...smsKinds.map((kind) => `${kind}.sms`)]
  expect(Object.keys(catalogues.en)).toEqual(expect.arrayContaining(needed))
  for (const key of Object.keys(catalogues.en) as (keyof typeof catalogues.en)[]) {
    const [en, nl] = [catalogues.en[key], catalogues.nl[key]]
    expect([key, placeholders(nl).filter((name) => !/^#?$/.test(name))]).toEqual([key, placeholders(en)])
    expect(nl).not.toBe('')
    expect(`${en}${nl}`).not.toMatch(/!|please|alsjeblieft|alstublieft| u | uw /i)
  }
})

it.each(locales.flatMap((locale) => mailKinds.map((kind) => [locale, kind] as const)))('writes in %s: %s', async (locale, kind) => {
  const mail = await writeMail(content({ kind, locale }))
  for (const part of [mail.subject, mail.text, mail.html]) expect(part).not.toMatch(/undefined|null|\{\w+\}|\[object/)
  expect(mail.html).toContain(`<html lang="${locale}">`)
  // Nothing is fetched when the mail is opened.
  expect(mail.html).not.toMatch(/<img|<script|<link|src=|url\(|@import/i)
  const carries = carriesCode(kind)
  expect(mail.text.includes('123456')).toBe(carries)
  expect(mail.html.includes('123456')).toBe(carries)
  expect(mail.subject.includes('123456')).toBe(carries)
  expect(mail.text).toContain('https://vestibule.test/verify?a=1&b=2')
})

it('escapes every value and keeps the subject on one line', async () => {
  const product = `A&B "C" <d>\r\nBcc: eve@example.org`
  const mail = await writeMail(content({ kind: 'welcome', product, link: 'https://vestibule.test/?a="><script>' }))
  expect(mail.subject).toBe('Welcome to A&B "C" <d> Bcc: eve@example.org')
  expect(mail.html).not.toMatch(/<d>|<script>/)
  expect(mail.html).toContain('A&amp;B &quot;C&quot; &lt;d&gt;')
})

it('says how long a code works, in the right number', async () => {
  expect((await writeMail(content({ expiresInMinutes: 1 }))).text).toContain('works for 1 minute.')
  expect((await writeMail(content({ expiresInMinutes: 15, locale: 'nl' }))).text).toContain('werkt 15 minuten.')
  expect((await writeMail(content({ expiresInMinutes: null }))).text).not.toContain('works for')
})

it.each(['Ann', 'Anne-Marie O’Neill', 'Dr. J. de Vries', '李小龙', 'Ana María'])('greets %s', (name) => {
  expect(greetableName(name)).toBe(name)
})

it.each([null, '', ' ', 'Win at http://evil.example', 'evil.example', 'x@evil.example', 'call 0612345678', 'a'.repeat(61), '<b>'])(
  'does not greet %j',
  async (name) => {
    expect(greetableName(name)).toBeNull()
    expect((await writeMail(content({ kind: 'welcome', name }))).html).toContain('>Welcome to Vestibule</h1>')
  },
)

it.each([
  ['nl', 'nl'],
  ['nl-BE', 'nl'],
  ['NL_nl', 'nl'],
  ['en-GB', 'en'],
  ['fr', 'en'],
  [null, 'en'],
] as const)('writes to %s in %s', (tag, locale) => {
  expect(closestLocale(tag)).toBe(locale)
})

it('knows the templates that our Kratos can send', () => {
  expect(courierKinds).toHaveLength(6)
})

it('says when it happened, and what to do if it was somebody else', async () => {
  const occurredAt = new Date('2026-11-21T09:05:00Z')
  const english = await writeMail(content({ kind: 'password-changed', occurredAt }))
  expect(english.text).toContain('When: 21 November 2026 at 09:05 UTC.')
  expect(english.text).toContain('Was it not you?')
  const dutch = await writeMail(content({ kind: 'new-device', locale: 'nl', occurredAt }))
  expect(dutch.text).toContain('Wanneer: 21 november 2026 om 09:05 UTC.')
})

it('writes a text message that one part holds', () => {
  for (const locale of locales)
    for (const kind of smsKinds) {
      const text = writeSms({ kind, locale, product: 'Vestibule', code: '123456' })
      expect(text).toMatch(/^123456 /)
      expect(text.length).toBeLessThanOrEqual(160)
    }
})
