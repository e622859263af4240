import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { askedReturn, carriedReturn, destination, flowReturn, foreignAddress, ownPath } from './return-to.ts'

const origin = 'https://app.example'

describe('an address to return to', () => {
  it.each([
    ['/', '/'],
    ['/settings', '/settings'],
    ['/people?search=ada&state=active', '/people?search=ada&state=active'],
    ['/people/0199a000-0000-7000-8000-000000000001#facts', '/people/0199a000-0000-7000-8000-000000000001#facts'],
    ['https://app.example/settings', '/settings'],
    ['https://app.example', '/'],
    ['/a/../settings', '/settings'],
  ])('takes %s', (value, expected) => {
    expect(ownPath(value, origin)).toBe(expected)
  })

  it.each([
    'https://evil.example/',
    'https://app.example.evil.example/',
    'https://app.example@evil.example/',
    'https://user:secret@app.example/',
    'https://app.example:8443/',
    'http://app.example/',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/\u007f/evil.example',
    'javascript:alert(1)',
    'JAVASCRIPT:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'blob:https://app.example/1',
    'settings',
    'evil.example',
    '?next=//evil.example',
    '#fragment',
    '',
    `/${'a'.repeat(2001)}`,
    null,
    undefined,
    42,
    ['/settings'],
    { toString: () => '/settings' },
  ])('refuses %j', (value) => {
    expect(ownPath(value, origin)).toBeNull()
  })

  it('never leaves the origin, whatever is written', () => {
    const pieces = fc.array(
      fc.constantFrom('/', '\\', '.', '..', ':', '@', '?', '#', '%2f', '%5c', '\t', 'evil.example', 'https', origin, ' ', 'a'),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(pieces, (parts) => {
        const path = ownPath(parts.join(''), origin)
        if (path === null) return
        expect(path.startsWith('/') && !path.startsWith('//')).toBe(true)
        expect(new URL(path, origin).origin).toBe(origin)
      }),
      { numRuns: 3000 },
    )
  })
})

describe('an address of another front-end', () => {
  it.each([
    'https://other.example',
    'https://other.example/a?b=c#d',
    'http://localhost:5173/',
    'com.example.app://signed-in',
    'com.example.app://signed-in?x=1',
  ])('%s is for Kratos to judge, and never gone to at once', (value) => {
    expect(foreignAddress(value, origin)).toBe(value)
    expect(destination(value, origin)).toBe('/')
    const asked = new URL(askedReturn(value), origin)
    expect([asked.origin, asked.pathname, asked.searchParams.get('return_to')]).toEqual([origin, '/self-service/login/browser', value])
    expect(carriedReturn(value, origin)).toBe(value)
    expect(ownPath(flowReturn(value, origin), origin)).toBe(`/sign-in?${new URLSearchParams({ return_to: value })}`)
  })

  it.each([
    `${origin}/settings`,
    '/settings',
    '//evil.example',
    '\\\\evil.example',
    'https:evil.example',
    'https:/evil.example',
    'https://\\evil.example',
    'https://user@other.example/',
    'https:\\\\other.example',
    'javascript://other.example/%0aalert(1)',
    'data://x',
    'file://x',
    'app://signed-in',
    'com.example.app:signed-in',
    'https://other.example/\nx',
    '',
    null,
    ['https://other.example'],
  ])('is not %j', (value) => {
    expect(foreignAddress(value, origin)).toBeNull()
  })

  it('own paths are handed on as before', () => {
    expect(carriedReturn('/settings', origin)).toBe('/settings')
    expect(flowReturn('/settings', origin)).toBe('/settings')
    expect([carriedReturn('//evil.example', origin), flowReturn('//evil.example', origin)]).toEqual([undefined, undefined])
  })
})

describe('a destination', () => {
  it.each([
    '/sign-in',
    '/sign-in?return_to=/settings',
    '/register',
    '/recover',
    '/setup',
    '/error?id=1',
    '/self-service/logout?token=x',
    '/SELF-SERVICE/logout',
    '/%73elf-service/logout',
    '/api/v1/users/me',
    '/.well-known/ory/webauthn.js',
    '/%zz',
    'https://evil.example',
    undefined,
  ])('is the home screen instead of %s', (value) => {
    expect(destination(value, origin)).toBe('/')
  })

  it('keeps screens to arrive at, and names that only begin alike', () => {
    expect(destination('/settings?flow=1', origin)).toBe('/settings?flow=1')
    expect(destination('/verify', origin)).toBe('/verify')
    expect(destination('/errors-of-march', origin)).toBe('/errors-of-march')
  })
})
