import { describe, expect, it } from 'vitest'
import { credentialsOf, headersIn, headersOut } from './headers.ts'

const token = 'ory_st_abcdefghijklmnopqrstuvwxyz012345'
const session = 'MTc5NTI1ODI3NXxVN0xo'
const csrf = `csrf_token_${'ab12'.repeat(16)}=x`

describe('headersIn', () => {
  it('passes what nginx vouches for and nothing hop-by-hop or of other proxies', () => {
    const headers = new Headers({
      'true-client-ip': '203.0.113.9',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'user-agent': 'Browser',
      'accept-language': 'nl',
      'cf-connecting-ip': '198.51.100.1',
      connection: 'keep-alive, x-secret',
      'transfer-encoding': 'chunked',
      'x-secret': '1',
      te: 'trailers',
      upgrade: 'h2c',
      'x-original-url': '/admin',
      'x-http-method-override': 'DELETE',
      host: 'evil.example',
    })
    expect(headersIn(headers, 'request-1')).toEqual({
      'x-request-id': 'request-1',
      'true-client-ip': '203.0.113.9',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'user-agent': 'Browser',
      'accept-language': 'nl',
    })
  })

  it('passes only cookies of Kratos', () => {
    const cookie = `ory_kratos_session=${session}; theme=dark; ${csrf}; vestibule_guest=g; csrf_token_x=y; ory_kratos_session_evil`
    expect(headersIn(new Headers({ cookie }), 'r')['cookie']).toBe(`ory_kratos_session=${session}; ${csrf}`)
  })

  it.each([
    ['a second one', `ory_kratos_session=${session}; ory_kratos_session=${session}2`],
    ['one in other spelling', `ory_kratos_session=${session}; ory_kratos_session =${session}2`],
    ['one in quotes', `ory_kratos_session=${session}; ory_kratos_session="${session}2"`],
  ])('passes the session cookie whose session is known, not %s', (_, cookie) => {
    expect(headersIn(new Headers({ cookie: `${cookie}; ${csrf}` }), 'r')['cookie']).toBe(`ory_kratos_session=${session}; ${csrf}`)
  })

  it('passes no session cookie behind a first one that cannot be one', () => {
    expect(headersIn(new Headers({ cookie: `ory_kratos_session="x; ory_kratos_session=${session}` }), 'r')['cookie']).toBeUndefined()
  })

  it('leaves the session cookie behind when a token says who it is', () => {
    const headers = new Headers({ cookie: `ory_kratos_session=${session}; ${csrf}`, authorization: `Bearer ${token}` })
    expect(credentialsOf(headers)).toEqual({ sessionToken: token })
    expect(headersIn(headers, 'r')).toEqual({ 'x-request-id': 'r', 'x-session-token': token, cookie: csrf })
  })
})

describe('headersOut', () => {
  const origin = 'http://localhost:8080'

  it('keeps each cookie apart and drops what only Kratos and nginx need', () => {
    const passed = headersOut(
      {
        'set-cookie': ['a=1; Path=/', 'b=2; Expires=Thu, 01 Jan 1970 00:00:00 GMT'],
        'content-type': 'application/json',
        server: 'x',
        'x-kratos-authenticated-identity-id': 'id',
        connection: 'close',
        'cache-control': 'public',
      },
      { publicOrigin: origin },
    )
    expect(passed.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; Expires=Thu, 01 Jan 1970 00:00:00 GMT'])
    expect([...passed.keys()].sort()).toEqual(['cache-control', 'content-type', 'set-cookie', 'set-cookie'])
    expect(passed.get('cache-control')).toBe('no-store')
  })

  it.each([
    ['http://localhost:8080/settings?flow=1#x', '/settings?flow=1#x'],
    ['/relative?a=b', '/relative?a=b'],
    ['https://evil.example/x', '/'],
    ['//evil.example/x', '/'],
    ['http://127.0.0.1:44330/self-service/login', '/'],
    ['javascript:alert(1)', '/'],
    ['http://', '/'],
  ])('sends %s to %s', (location, own) => {
    expect(headersOut({ location }, { publicOrigin: origin }).get('location')).toBe(own)
  })

  it.each([
    ['https://app.example.com/done', 'https://app.example.com/done'],
    ['https://app.example.com:8443/done', '/'],
    ['http://app.example.com/done', '/'],
    ['https://app.example.com.evil.org/', '/'],
    ['https://app.example.com@evil.org/', '/'],
    ['https://user@app.example.com/', '/'],
  ])('with another front-end listed, sends %s to %s', (location, place) => {
    const origins = { publicOrigin: origin, allowedOrigins: ['https://app.example.com'] }
    expect(headersOut({ location }, origins).get('location')).toBe(place)
  })
})
