import { expect, it } from 'vitest'
import { otherOrigins } from './other-origins.ts'

const read = (origins: string, urls = '') =>
  otherOrigins((name) => ({ VESTIBULE_ALLOWED_ORIGINS: origins, VESTIBULE_RETURN_URLS: urls })[name])

it('is nobody by default', () => {
  expect(otherOrigins(() => undefined)).toEqual({ allowedOrigins: [], returnUrls: [] })
  expect(read(' , ')).toEqual({ allowedOrigins: [], returnUrls: [] })
})

it('takes exact origins, app links and web addresses, each once; a front-end may be returned to', () => {
  const app = 'https://app.example.com'
  expect(read(`${app}, http://localhost:5173,${app}`, 'com.example.app://signed-in, https://links.example.com/app/')).toEqual({
    allowedOrigins: [app, 'http://localhost:5173'],
    returnUrls: [`${app}/`, 'http://localhost:5173/', 'com.example.app://signed-in', 'https://links.example.com/app/'],
  })
})

it.each([
  '*',
  'https://*.example.com',
  'https://app.example.com/',
  'https://app.example.com/path',
  'https://app.example.com:443',
  'https://APP.example.com',
  'https://user@app.example.com',
  'https://app.example.com?x',
  'http://app.example.com',
  'app.example.com',
  '//app.example.com',
  'null',
  'com.example.app://signed-in',
  'https://app.example.com https://other.example.com',
  'https://app.example.com";add_header',
  'https://аpp.example.com',
])('refuses the origin %s by name', (text) => {
  expect(() => read(text)).toThrow(/^VESTIBULE_ALLOWED_ORIGINS must be .*, not "/)
})

it.each([
  'https://app.example.com',
  'https://app.example.com/signed-in',
  'https://*.example.com/',
  'https://user@app.example.com/',
  'https://app.example.com/?x=1/',
  'https://app.example.com/#/',
  'https://app.example.com/a/../',
  'https://app.example.com/%2e%2e/',
  'http://app.example.com/',
  'https:app.example.com/',
  '//app.example.com/',
  'app://signed-in',
  'javascript://signed-in/',
  'data://text/',
  'com.example.app:/signed-in',
  'com.example.app:signed-in',
  'com.example.app://*',
  'com.example.app://user@signed-in',
  'com.example.app://signed-in/prefix',
  '/signed-in/',
])('refuses to return to %s by name', (text) => {
  expect(() => read('', text)).toThrow(/^VESTIBULE_RETURN_URLS must be .*, not "/)
})

it('refuses more than anybody has', () => {
  expect(() => read(Array.from({ length: 21 }, (_, at) => `https://a${at}.example.com`).join(','))).toThrow(/at most 20/)
})
