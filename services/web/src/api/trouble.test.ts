import { describe, expect, it } from 'vitest'
import { troubleOf } from './trouble.ts'

describe('trouble', () => {
  it('waits as long as the server asks, in seconds or until a date, an hour at most', () => {
    const after = (value: string) => troubleOf(429, new Headers({ 'retry-after': value }), null).retryAfterSeconds
    expect(after('12')).toBe(12)
    expect(after('99999')).toBe(3600)
    expect(after(new Date(Date.now() + 30_000).toUTCString())).toBeGreaterThan(25)
    expect(after(new Date(0).toUTCString())).toBe(0)
    expect(after('soon')).toBeNull()
  })

  it('quotes the number of the problem, else of the header', () => {
    const headers = new Headers({ 'x-request-id': 'from-header' })
    expect(troubleOf(503, headers, { requestId: 'from-body' }).requestId).toBe('from-body')
    expect(troubleOf(503, headers, { requestId: null }).requestId).toBe('from-header')
    expect(troubleOf(503, headers, '<html>').requestId).toBe('from-header')
    expect(troubleOf(503, new Headers(), null).requestId).toBeNull()
  })

  it('of a provider is not called ours', () => {
    expect(troubleOf(503, new Headers(), { code: 'provider-down' }).kind).toBe('provider')
    expect(troubleOf(503, new Headers(), { code: 'identity-service-down' }).kind).toBe('unavailable')
  })
})
