import { describe, expect, it } from 'vitest'
import { foldIdentifier, rangeOf } from './fold.ts'

describe('foldIdentifier', () => {
  it.each([
    'Ann@Example.org',
    ' ann@example.org ',
    'ann\u200b@example.org',
    'ａｎｎ@example.org',
    'ann@EXAMPLE\u00ad.org',
    'ann@example\uff0eorg',
  ])('takes %j for ann@example.org', (input) => {
    expect(foldIdentifier(input)).toBe('ann@example.org')
  })

  it('takes one domain in both alphabets for the same', () => {
    expect(foldIdentifier('ann@bücher.example')).toBe(foldIdentifier('ann@xn--bcher-kva.example'))
  })

  it.each(['+31 6 1234-5678', '0031612345678', '(+31) 612345678'.replace('(+31)', '+31'), '+31/612.345.678'])(
    'takes %j for one number',
    (input) => {
      expect(foldIdentifier(input)).toBe('+31612345678')
    },
  )

  it('keeps accounts apart that are not the same', () => {
    expect(foldIdentifier('ann+a@example.org')).not.toBe(foldIdentifier('ann@example.org'))
  })

  it('takes a megabyte', () => {
    expect(foldIdentifier('x'.repeat(1_000_000))).toHaveLength(1_024)
  })
})

describe('rangeOf', () => {
  const bits = { ipv4: 24, ipv6: 64 }
  const range = (address: string | null) => rangeOf(address, bits)

  it('puts a /24 together, also when it is written as IPv6', () => {
    expect(range('203.0.113.9')).toBe(range('203.0.113.250'))
    expect(range('::ffff:203.0.113.9')).toBe(range('203.0.113.250'))
    expect(range('::FFFF:cb00:7109')).toBe(range('203.0.113.250'))
    expect(range('203.0.112.9')).not.toBe(range('203.0.113.9'))
  })

  it('puts a /64 together, however it is written', () => {
    expect(range('2001:db8::1')).toBe(range('2001:0DB8:0000:0000:ffff:ffff:ffff:ffff'))
    expect(range('2001:db8:0:0::')).toBe(range('2001:db8::1%eth0'))
    expect(range('2001:db8:0:1::1')).not.toBe(range('2001:db8::1'))
    expect(range('::1')).not.toBe(range('0.0.0.1'))
  })

  it('takes other sizes', () => {
    expect(rangeOf('2001:db8:0:ff::1', { ipv4: 32, ipv6: 56 })).toBe(rangeOf('2001:db8::1', { ipv4: 32, ipv6: 56 }))
    expect(rangeOf('203.0.113.9', { ipv4: 32, ipv6: 56 })).not.toBe(rangeOf('203.0.113.8', { ipv4: 32, ipv6: 56 }))
  })

  it('puts everybody together who has no address', () => {
    expect([range(null), range('nonsense')]).toEqual(['unknown', 'unknown'])
  })
})
