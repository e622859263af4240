import { expect, it } from 'vitest'
import { credentialHash, credentialHeader } from './credentials.ts'

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
