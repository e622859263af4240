/** What the whole network answers to what it was never meant to get: through nginx, as anybody outside would send it. */
import { ProblemDocument } from '@app/contracts/problem'
import { UserView } from '@app/contracts/users'
import { until } from '@app/testing/poll'
import { testServers } from '@app/testing/servers'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Answer, type ApiPerson, call, freshEmail, proveAddress, register, tryRegister } from '../src/api-person.ts'
import { mailsTo } from '../src/mailbox.ts'

const { mailUrl, publicUrl } = testServers()
let ada: ApiPerson

beforeAll(async () => {
  ada = await register(publicUrl, 'hostile')
})

function problemOf(answer: Answer): ProblemDocument {
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(answer.text).not.toMatch(/\bat .+:\d+:\d+|node_modules|127\.0\.0\.1/)
  const problem = ProblemDocument.parse(answer.json)
  expect(problem.status).toBe(answer.status)
  expect(problem.requestId).toBe(answer.headers.get('x-request-id'))
  return problem
}

describe('a body that does not fit', () => {
  const patch = (body: unknown, headers: Record<string, string> = {}) =>
    call(publicUrl, 'PATCH', '/api/v1/users/me', { token: ada.token, body, headers })

  it.each([
    ['malformed JSON', '{"title":', 400],
    ['JSON that is not an object', '[1]', 400],
    ['an unknown field', { title: 'x', isAdmin: true }, 400],
    ['a wrong type', { title: 7 }, 400],
    ['a control character', { title: 'a\u0007b' }, 400],
    ['an unknown time zone', { timeZone: 'Mars/Base' }, 400],
    ['prototype pollution', '{"__proto__":{"title":"x"}}', 400],
    ['deep nesting', `{"title":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 400],
    ['two megabytes', { title: 'x'.repeat(2_000_000) }, 413],
  ])('answers %s with a problem', async (_, body, status) => {
    const answer = await patch(body)
    expect(answer.status).toBe(status)
    problemOf(answer)
  })

  it('answers another content type with 415', async () => {
    const answer = await patch('title=x', { 'content-type': 'application/x-www-form-urlencoded' })
    expect(problemOf(answer)).toMatchObject({ status: 415 })
  })

  it('names the settings screen when a copied trait is changed here', async () => {
    const problem = problemOf(await patch({ email: 'other@example.org' }))
    expect(problem).toMatchObject({ status: 400, errors: [{ path: 'email', message: expect.stringContaining('/settings') }] })
  })

  it('changes nothing by any of it', async () => {
    const me = UserView.parse((await call(publicUrl, 'GET', '/api/v1/users/me', { token: ada.token })).json)
    expect(me).toMatchObject({ email: ada.email, title: null, timeZone: null })
  })
})

describe('an address that leads nowhere', () => {
  it.each([
    ['GET', '/api/v1/nothing', 404],
    ['GET', '/api/v1/users/../../internal/identities', 404],
    ['GET', '/api/v1/%2e%2e/internal/hooks', 404],
    ['DELETE', '/api/v1/users/me', 405],
    ['GET', `/api/v1/users/${'x'.repeat(20_000)}`, 414],
  ])('%s %.60s is %d', async (method, path, status) => {
    const answer = await call(publicUrl, method, path, { token: ada.token })
    expect(answer.status).toBe(status)
    problemOf(answer)
  })

  it('answers a header of 40 kB without a 5xx', async () => {
    const answer = await call(publicUrl, 'GET', '/api/v1/session', { headers: { 'x-large': 'x'.repeat(40_000) } })
    expect([400, 431]).toContain(answer.status)
    problemOf(answer)
  })
})

describe('a session that is none', () => {
  it.each([
    ['no cookie', {}],
    ['a forged cookie', { cookie: 'ory_kratos_session=MTYzNDU2Nzg5MHxub3QtYS1zZXNzaW9u' }],
    ['a cookie of 6 kB', { cookie: `ory_kratos_session=${'A'.repeat(6_000)}` }],
    ['a forged token', { 'x-session-token': 'ory_st_0123456789abcdefghij' }],
    ['an API key that does not exist', { authorization: 'Bearer vst_nothing' }],
  ])('%s is 401', async (_, headers) => {
    const answer = await call(publicUrl, 'GET', '/api/v1/session', { headers })
    expect(problemOf(answer)).toMatchObject({ status: 401, code: 'not-signed-in' })
  })

  it('refuses the directory to people who are not administrators, foreign and unknown ids alike', async () => {
    const own = await call(publicUrl, 'GET', `/api/v1/users/${ada.userId}`, { token: ada.token })
    const unknown = await call(publicUrl, 'GET', '/api/v1/users/01890000-0000-7000-8000-000000000000', { token: ada.token })
    const withoutId = (answer: Answer) => ({ ...problemOf(answer), requestId: null })
    expect(own.status).toBe(403)
    expect(withoutId(own)).toEqual(withoutId(unknown))
    expect((await call(publicUrl, 'GET', '/api/v1/users', { token: ada.token })).status).toBe(403)
  })
})

describe('registering with what should not register', () => {
  it.each([
    ['a zero-width character', (fresh: string) => `a\u200b${fresh}`],
    ['a Cyrillic look-alike', (fresh: string) => `\u0430${fresh}`],
    ['a right-to-left override', (fresh: string) => `\u202e${fresh}`],
    ['300 characters', (fresh: string) => `${'x'.repeat(300)}${fresh}`],
    ['no address at all', () => 'nobody'],
  ])('refuses an e-mail with %s', async (_, spelling) => {
    const email = spelling(freshEmail('odd'))
    const answer = await call(publicUrl, 'POST', '/api/v1/registrations', { body: { email, locale: 'en' } })
    expect(problemOf(answer)).toMatchObject({ status: 400, errors: [{ path: 'email' }] })
    const unproven = await tryRegister(publicUrl, { email, name: 'Odd', locale: 'en' }, 'a long enough passphrase')
    expect(problemOf(unproven)).toMatchObject({ status: 403, code: 'registration-proof-required' })
  })

  it('refuses a password over 72 bytes with a message at the field', async () => {
    const email = freshEmail('long')
    const proof = await proveAddress(publicUrl, email)
    const answer = await tryRegister(publicUrl, { email, name: 'Long', locale: 'en' }, `pass-${'é'.repeat(40)}`, proof)
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('4000033')
  })

  it('sends no code to the same address in another case, and says so only in its mail', async () => {
    const answer = await call(publicUrl, 'POST', '/api/v1/registrations', { body: { email: ada.email.toUpperCase(), locale: 'en' } })
    expect(answer.status).toBe(202)
    const told = await until(async () => (await mailsTo(mailUrl, ada.email)).find(({ text }) => text.includes('/sign-in')))
    expect(told.text).not.toMatch(/\b\d{6}\b/)
  })
})

describe('what nobody outside may reach', () => {
  it.each([
    '/admin/identities',
    '//admin/identities',
    '/%61dmin/identities',
    '/identities',
    '/relation-tuples',
    '/metrics',
    '/internal/hooks',
    '/api/v1/internal/hooks',
  ])('%s never answers with data', async (path) => {
    const answer = await call(publicUrl, 'GET', path)
    expect(answer.text).not.toMatch(/schema_id|relation_tuples|process_cpu|"status":"ok"/)
    expect([200, 400, 404, 421]).toContain(answer.status)
    if (answer.status === 200) expect(answer.text.toLowerCase()).toContain('<!doctype html')
  })
})
