import { describe, expect, it } from 'vitest'
import { credentialHash, credentialHeader, credentialOf } from './credentials.ts'

const token = `ory_st_${'A1b2'.repeat(8)}`
const sealed = 'MTc5NTI1NDM5OXxabc-_=='

it('sends only Kratos’ own cookie on', () => {
  const cookie = `theme=dark; csrf_token_x=1; ory_kratos_session=${sealed}; ory_kratos_session_other=2`
  expect(credentialHeader({ cookie })).toEqual({ cookie: `ory_kratos_session=${sealed}` })
  expect(credentialHeader({ cookie: `xory_kratos_session=${sealed}` })).toBeNull()
})

it('takes the first of several cookies, as Kratos does', () => {
  expect(credentialHeader({ cookie: `ory_kratos_session=${sealed};ory_kratos_session=${sealed}2` })).toEqual({
    cookie: `ory_kratos_session=${sealed}`,
  })
})

it('lets a token count alone', () => {
  expect(credentialHeader({ cookie: `ory_kratos_session=${sealed}`, sessionToken: token })).toEqual({ 'x-session-token': token })
  expect(credentialHeader({ cookie: `ory_kratos_session=${sealed}`, sessionToken: 'vst_x' })).toBeNull()
})

it.each([
  ['nothing', {}],
  ['an empty token', { sessionToken: '' }],
  ['a token of another kind', { sessionToken: 'Bearer abc' }],
  ['an oversized token', { sessionToken: `ory_st_${'a'.repeat(5_000)}` }],
  ['a token with a line break', { sessionToken: `${token}\r\nx: y` }],
  ['an empty cookie', { cookie: 'ory_kratos_session=' }],
  ['an oversized cookie', { cookie: `ory_kratos_session=${'a'.repeat(4_097)}` }],
  ['a cookie with characters that no cookie has', { cookie: `ory_kratos_session=${sealed}\u00e9 "` }],
])('asks nobody about %s', (_, credentials) => {
  expect(credentialHeader(credentials)).toBeNull()
})

it('tells a cookie and a token of the same text apart', () => {
  expect(credentialHash({ cookie: token })).not.toBe(credentialHash({ 'x-session-token': token }))
})

describe('the guest’s cookie', () => {
  const guest = `vst_guest=${token}`

  it('is a session token of a guest, for us alone', () => {
    expect(credentialOf({ cookie: `theme=dark; ${guest}` })).toEqual({ header: { 'x-session-token': token }, guestOnly: true })
    expect(credentialHeader({ cookie: guest })).toBeNull()
  })

  it.each([
    ['a session of Kratos', { cookie: `${guest}; ory_kratos_session=${sealed}` }, { cookie: `ory_kratos_session=${sealed}` }],
    ['a broken session of Kratos', { cookie: `${guest}; ory_kratos_session=x` }, undefined],
    ['a wrong token', { cookie: guest, sessionToken: 'wrong' }, undefined],
    ['a token', { cookie: guest, sessionToken: `${token}2` }, { 'x-session-token': `${token}2` }],
  ])('says nothing beside %s', (_, credentials, header) => {
    expect(credentialOf(credentials)?.header).toEqual(header)
    expect(credentialOf(credentials)?.guestOnly).not.toBe(true)
  })

  it('is nothing when it is no token', () => {
    expect(credentialOf({ cookie: 'vst_guest=x' })).toBeNull()
  })
})
