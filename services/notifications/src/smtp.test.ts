import { expect, it } from 'vitest'
import { isMailAddress } from './address.ts'
import { parseSender } from './smtp.ts'

it.each([
  ['Vestibule <no-reply@example.org>', { name: 'Vestibule', address: 'no-reply@example.org', domain: 'example.org' }],
  ['"My Shop" <mail@shop.example>', { name: 'My Shop', address: 'mail@shop.example', domain: 'shop.example' }],
  ['mail@shop.example', { name: 'Vestibule', address: 'mail@shop.example', domain: 'shop.example' }],
])('reads the sender %s', (from, sender) => {
  expect(parseSender(from)).toEqual(sender)
})

it.each(['ann@example.org', "o'neill+tag@sub.example.org", 'jörg@münchen.example', 'a@localhost'])('takes %s for an address', (text) => {
  expect(isMailAddress(text)).toBe(true)
})

it.each([
  '',
  'ann',
  '@example.org',
  'ann@',
  'a@b@c',
  'a b@c',
  'a@b,c@d',
  '<a@b>',
  'a@b\n',
  'a@b;c',
  '"a"@b',
  `${'a'.repeat(65)}@b`,
  'a\u2028@b',
])('does not take %j for an address', (text) => {
  expect(isMailAddress(text)).toBe(false)
})
