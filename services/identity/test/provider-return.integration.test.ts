/** The way back from an account elsewhere, and everything that the other side or an attacker can do wrong on it. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { somebody, startWithProviders, toldAt } from './provider-fixture.ts'
import { answerThere, comeBack, goThrough, leaveFor } from './provider-visitor.ts'
import { aPerson, codeOf, type Visitor } from './visitor.ts'

let started: Awaited<ReturnType<typeof startWithProviders>>
beforeAll(async () => {
  started = await startWithProviders()
})
afterAll(() => started.close())

const visitor = () => started.identity.visitor()

/** What the error screen is given to choose its sentence by. */
async function shownAt(who: Visitor, place: URL): Promise<Record<string, unknown>> {
  expect(place.pathname).toBe('/error')
  const heard = await who.guard('GET', `/self-service/errors?id=${place.searchParams.get('id')}`)
  expect(heard.status).toBe(200)
  return z.object({ error: z.record(z.string(), z.unknown()) }).parse(heard.json).error
}

describe('coming back without being let in', () => {
  it.each([['cancel'], ['server_error'], ['temporarily_unavailable']])('after %s the sign-in form is there again', async (press) => {
    const ann = visitor()
    const place = await goThrough(ann, 'login', { provider: 'local' }, { press })
    expect(place.pathname).toBe('/sign-in')
    expect(await toldAt(ann, place)).toContain(4_000_001)
    expect((await ann.signIn('nobody@example.org')).status).toBe(400)
  })

  it('without PKCE the provider refuses, and nobody is signed in', async () => {
    const ann = visitor()
    const place = await goThrough(ann, 'login', { provider: 'bare' }, somebody())
    expect([place.pathname, (await ann.whoami()).userId]).toEqual(['/sign-in', null])
  })

  it('an answer works once, in the browser that asked, with its own state', async () => {
    const [ann, mallory] = [visitor(), visitor()]
    const callback = await answerThere(await leaveFor(ann, 'login', { provider: 'local' }), somebody())
    expect(await shownAt(mallory, await comeBack(mallory, callback))).toEqual({ code: 400, id: 'provider_answer_unexpected' })
    expect((await mallory.whoami()).userId).toBeNull()
    const forged = new URL(callback)
    forged.searchParams.set('state', randomBytes(24).toString('base64url'))
    expect((await comeBack(ann, forged.href)).pathname).toBe('/error')
    await comeBack(ann, callback)
    const { userId } = await ann.whoami()
    expect(userId).not.toBeNull()
    ann.cookies.delete('ory_kratos_session')
    expect(await shownAt(ann, await comeBack(ann, callback))).toEqual({ code: 500, id: 'provider_answer_used' })
    expect((await ann.whoami()).userId).toBeNull()
  })

  it('tells no internals at the error screen', async () => {
    const ann = visitor()
    const callback = await answerThere(await leaveFor(ann, 'login', { provider: 'local' }), somebody())
    const place = await comeBack(visitor(), callback)
    const shown = await shownAt(ann, place)
    expect(Object.keys(shown)).toEqual(expect.not.arrayContaining(['message', 'reason', 'debug', 'details']))
    expect((await ann.guard('GET', '/self-service/errors?id=nothing')).status).toBe(404)
  })

  it.each([
    '//evil.example',
    '\\\\evil.example',
    'https:evil.example',
    'https://localhost:8080@evil.example',
    'https://evil.example/%2f..',
    'javascript:alert(1)',
  ])('leads nowhere else by return_to=%s', async (to) => {
    const heard = await visitor().kratos(`/self-service/login/browser?return_to=${encodeURIComponent(to)}`)
    expect(heard.status).toBe(400)
  })

  it('says that the provider is down, and not where it is; other ways in go on', async () => {
    const traits = aPerson()
    await visitor().register(traits)
    const heard = await visitor().submit('login', { method: 'oidc', provider: 'down' })
    expect([heard.status, codeOf(heard)]).toEqual([503, 'provider-down'])
    expect(heard.text).not.toMatch(/127\.0\.0\.1|well-known|dial/)
    expect((await visitor().signIn(traits.email, 'not the password')).status).toBe(400)
  })
})
