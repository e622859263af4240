import fc from 'fast-check'
import { expect, it } from 'vitest'
import { asPerson, json, testService } from './test-service.ts'

const { publicApp, internalApp } = testService()
// Short by itself; a busy machine gets room to finish the run that is under way.
const timeoutMs = 30_000
const bound = { numRuns: 200, interruptAfterTimeLimit: 3000, markInterruptAsFailure: false }

async function statusOf(path: string, init: RequestInit) {
  const url = `http://localhost${path}`
  if (!URL.canParse(url)) return 400
  const [a, b] = await Promise.all([publicApp.request(url, init), internalApp.request(url, init)])
  for (const response of [a, b]) {
    if (response.status >= 400) expect(response.headers.get('content-type')).toBe('application/problem+json')
  }
  return Math.max(a.status, b.status)
}

it('never answers 500 to a body, whatever its text', { timeout: timeoutMs }, async () => {
  const bodies = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ name: value, tags: value, any: value })),
  )
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      expect(await statusOf('/api/v1/things', { method: 'POST', body, headers: { ...asPerson, ...json } })).toBeLessThan(500)
    }),
    bound,
  )
})

it('never answers 500 to an address, a method or a header', { timeout: timeoutMs }, async () => {
  const segment = fc.oneof(
    fc.constantFrom('api', 'v1', 'things', 'mine', '..', '%2e', '%', '%zz', '%C0%80', '', 'internal', 'health'),
    fc.webFragments(),
  )
  const path = fc.array(segment, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`)
  const query = fc.oneof(
    fc.constant(''),
    fc.webQueryParameters().map((text) => `?${text}`),
    fc.constantFrom('?limit=%', '?__proto__=1', '?a&a'),
  )
  const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'get', 'X')
  const text = fc.string({ unit: 'grapheme-ascii', maxLength: 40 }).map((value) => value.trim())
  const headers = fc.record(
    { 'if-match': text, authorization: text, cookie: text, origin: text, 'content-type': text, 'x-real-ip': text, traceparent: text },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(path, query, method, headers, async (address, search, verb, sent) => {
      expect(await statusOf(address + search, { method: verb, headers: { ...asPerson, ...sent } })).toBeLessThan(500)
    }),
    bound,
  )
})
