/** An app that sends somebody to a provider: a browser goes there and back, and the app gets its session for two codes. */
import { listSessions } from '@app/contracts/sessions'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { registered, somebody, startWithProviders } from './provider-fixture.ts'
import { answerThere, type Somebody } from './provider-visitor.ts'

let opened: Awaited<ReturnType<typeof startWithProviders>>
beforeAll(async () => {
  opened = await startWithProviders()
})
afterAll(() => opened.close())

const Opened = z.object({ id: z.string(), session_token_exchange_code: z.string() })
const Elsewhere = z.object({ redirect_browser_to: z.url() })
const Exchanged = z.object({
  session_token: z.string(),
  session: z.object({ id: z.string(), identity: z.object({ id: z.string(), traits: z.object({ email: z.string() }) }).optional() }),
})

/** The guest that a browser has, as a cookie. */
async function aGuest(): Promise<string> {
  const visitor = opened.identity.visitor()
  const heard = await visitor.guard('POST', '/api/v1/guests', { body: { keptAs: 'cookie' } })
  if (heard.status >= 300) throw new Error(heard.text)
  return visitor.cookies.get('vst_guest') ?? ''
}

/** Everything up to the exchange. @returns its path with both codes. */
async function codesFor(choice: Somebody): Promise<string> {
  const app = opened.identity.visitor()
  const asked = `return_session_token_exchange_code=true&return_to=${encodeURIComponent('http://localhost:8080/profile')}`
  const flow = Opened.parse((await app.kratos(`/self-service/login/api?${asked}`)).json)
  const sent = await app.guard('POST', `/self-service/login?flow=${flow.id}`, { body: { method: 'oidc', provider: 'local' } })
  const callback = new URL(await answerThere(Elsewhere.parse(sent.json).redirect_browser_to, choice))
  const back = await opened.identity.visitor().kratos(callback.pathname + callback.search, { accept: 'text/html' })
  const { pathname, searchParams } = new URL(back.headers.get('location') ?? '', 'http://localhost:8080')
  const code = searchParams.get('code')
  if (pathname !== '/profile' || code === null) throw new Error(`no code came back: ${back.status} ${back.headers.get('location')}`)
  return `/sessions/token-exchange?init_code=${flow.session_token_exchange_code}&return_to_code=${code}`
}

const listOf = async (token: string) => {
  const headers = { 'x-session-token': token }
  return listSessions.answers[200].parse((await opened.identity.visitor().guard('GET', '/api/v1/sessions', { headers })).json).items
}

describe('an app whose person signs in at a provider', () => {
  it('gets its session for the codes, once, and it counts as an app of theirs', async () => {
    const choice = somebody()
    const app = opened.identity.visitor()
    const path = await codesFor(choice)
    const heard = await app.guard('GET', path)
    const { session, session_token: token } = Exchanged.parse(heard.json)
    expect([heard.status, session.identity?.traits.email, heard.headers.getSetCookie()]).toEqual([200, choice.email, []])
    expect(await listOf(token)).toMatchObject([{ id: session.id, native: true }])
    const again = await Promise.all([app.guard('GET', path), app.guard('GET', path)])
    expect(again.map(({ status }) => status)).toEqual([404, 404])
    expect(await listOf(token)).toHaveLength(1)
  })

  it('gets one session when it asks twice at once', async () => {
    const app = opened.identity.visitor()
    const path = await codesFor(somebody())
    const answers = await Promise.all(Array.from({ length: 4 }, () => app.guard('GET', path)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404])
  })

  it.each([
    ['codes that are none', '/sessions/token-exchange?init_code=a&return_to_code=b', 404],
    ['no codes', '/sessions/token-exchange', 400],
  ])('gets nothing for %s', async (_, path, status) => {
    const heard = await opened.identity.visitor().guard('GET', path)
    expect([heard.status, heard.text]).toEqual([status, expect.not.stringContaining('ory_st_')])
  })

  it('gets nothing for one code of its own and one of another', async () => {
    const [mine, theirs] = [await codesFor(somebody()), await codesFor(somebody())].map((path) => new URL(path, 'http://localhost:8080'))
    mine?.searchParams.set('return_to_code', theirs?.searchParams.get('return_to_code') ?? '')
    expect((await opened.identity.visitor().guard('GET', `${mine?.pathname}${mine?.search}`)).status).toBe(404)
  })

  it('brings along no guest of a browser that was sent to the address', async () => {
    const guest = await aGuest()
    const heard = await opened.identity.visitor().guard('GET', await codesFor(somebody()), { headers: { cookie: `vst_guest=${guest}` } })
    expect(heard.status).toBe(200)
    const still = await opened.identity.visitor().guard('GET', '/api/v1/session', { headers: { 'x-session-token': guest } })
    expect(still.json).toMatchObject({ isGuest: true })
  })

  const nothing = [404, expect.not.stringMatching(/ory_st_|@/)]

  it('gets nothing for a session that is over', async () => {
    const choice = somebody()
    const { id } = await registered(opened.identity.visitor(), choice)
    const path = await codesFor(choice)
    const { adminUrl } = opened.identity.kratos
    // Revoked and not deleted: for these Kratos still hands the token out.
    const sessions = z.array(z.object({ id: z.string() })).parse(await (await fetch(`${adminUrl}/admin/identities/${id}/sessions`)).json())
    for (const session of sessions) await fetch(`${adminUrl}/admin/sessions/${session.id}`, { method: 'DELETE' })
    const answer = await opened.identity.visitor().kratos(path)
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('ory_st_')])
    const heard = await opened.identity.visitor().guard('GET', path)
    expect([heard.status, heard.text]).toEqual(nothing)
  })

  it('gets nothing for codes that are a while old', async () => {
    const path = await codesFor(somebody())
    const { clock } = opened.identity.deps.standing
    Object.assign(opened.identity.deps.standing, { clock: () => new Date(Date.now() + 16 * 60_000) })
    onTestFinished(() => void Object.assign(opened.identity.deps.standing, { clock }))
    const heard = await opened.identity.visitor().guard('GET', path)
    expect([heard.status, heard.text]).toEqual(nothing)
  })

  it('gets no session by the way back itself', async () => {
    const app = opened.identity.visitor()
    const { id } = z.object({ id: z.string() }).parse((await app.kratos('/self-service/login/api')).json)
    const sent = await app.guard('POST', `/self-service/login?flow=${id}`, { body: { method: 'oidc', provider: 'local' } })
    expect([sent.status, sent.headers.getSetCookie()]).toEqual([422, []])
    const callback = new URL(await answerThere(Elsewhere.parse(sent.json).redirect_browser_to, somebody()))
    const back = await app.kratos(callback.pathname + callback.search)
    expect(back.text).not.toContain('ory_st_')
  })

  it('is not told about the person who has another factor to show', async () => {
    const choice = somebody()
    const { id } = await registered(opened.identity.visitor(), choice)
    await fetch(`${opened.identity.kratos.adminUrl}/admin/identities/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ op: 'add', path: '/metadata_public', value: { secondFactorRequired: true, secondFactorSet: true } }]),
    })
    const heard = await opened.identity.visitor().guard('GET', await codesFor(choice))
    expect(heard.status).toBe(200)
    expect(Exchanged.parse(heard.json).session.identity).toBeUndefined()
    expect(heard.text).not.toContain(choice.email)
  })
})
