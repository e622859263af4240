/** Apps sign in without cookies, and the configuration says on how many somebody may be. */
import { listSessions } from '@app/contracts/sessions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { signUp } from './signed-up.ts'
import { toldAbout } from './told.ts'
import { password, type Visitor } from './visitor.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ sessionRules: { maxNative: 2 } })
})
afterAll(() => identity.close())

const signedUp = () => signUp(identity)
const toldOf = async (userId: string, type: string) => (await toldAbout(identity, userId, type)).map(({ data }) => data)

/** An app: no cookies, a token. */
async function app(email: string, deviceToken?: string) {
  const flow = await fetch(`${identity.kratos.publicUrl}/self-service/login/api`)
  const { id } = z.object({ id: z.string() }).parse(await flow.json())
  const answer = await fetch(`http://127.0.0.1:${identity.port}/self-service/login?flow=${id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(deviceToken === undefined ? {} : { 'x-device-token': deviceToken }) },
    body: JSON.stringify({ method: 'password', identifier: email, password }),
  })
  const json: unknown = await answer.json()
  const token = z.object({ session_token: z.string() }).safeParse(json).data?.session_token ?? ''
  const code = z.object({ code: z.string() }).safeParse(json).data?.code
  return { status: answer.status, code, cookies: answer.headers.getSetCookie(), token }
}

const sessionsOf = async (visitor: Visitor) => listSessions.answers[200].parse((await visitor.guard('GET', '/api/v1/sessions')).json).items
const isLive = async (token: string) =>
  (await fetch(`${identity.kratos.publicUrl}/sessions/whoami`, { headers: { 'x-session-token': token } })).status === 200

describe('apps', () => {
  it('end the oldest one when there are too many', async () => {
    const { ann, email, userId } = await signedUp()
    const tokens = []
    for (let n = 0; n < 3; n += 1) tokens.push((await app(email)).token)
    expect(await Promise.all(tokens.map(isLive))).toEqual([false, true, true])
    expect((await sessionsOf(ann)).map(({ native }) => native)).toEqual([true, true, false])
    expect(await toldOf(userId, 'identity.session.ended.v1')).toMatchObject([{ by: 'limit' }])
  })

  it('stay within their number when many sign in at once', async () => {
    const { email } = await signedUp()
    const answers = await Promise.all(Array.from({ length: 5 }, () => app(email)))
    const live = await Promise.all(answers.map(({ token }) => isLive(token)))
    expect(live.filter(Boolean).length).toBeLessThanOrEqual(2)
    expect(live.filter(Boolean).length).toBeGreaterThan(0)
  })

  it('keep their device by a token of their own, and get no cookie', async () => {
    const { ann, email, userId } = await signedUp()
    const deviceToken = 'A'.repeat(43)
    const first = await app(email, deviceToken)
    await app(email, deviceToken)
    expect(first.cookies).toEqual([])
    const told = await toldOf(userId, 'identity.sign-in.succeeded.v1')
    expect(told.map(({ newDevice }) => newDevice)).toEqual([false, true, false])
    const [one, two] = (await sessionsOf(ann)).filter(({ native }) => native)
    expect(one?.deviceId).toBe(two?.deviceId)
  })
})

describe('apps where too many are refused', () => {
  beforeAll(() => void Object.assign(identity.deps.sessionRules, { nativeLimit: 'refuse' }))
  afterAll(() => void Object.assign(identity.deps.sessionRules, { nativeLimit: 'end-oldest' }))

  async function full() {
    const someone = await signedUp()
    const tokens = [(await app(someone.email)).token, (await app(someone.email)).token]
    return { ...someone, tokens }
  }

  it('keep what they have: the newest is told why, gets no token, and leaves no session', async () => {
    const { ann, email, userId, tokens } = await full()
    const refused = await app(email)
    expect([refused.status, refused.code, refused.token]).toEqual([403, 'too-many-sessions', ''])
    expect(await Promise.all(tokens.map(isLive))).toEqual([true, true])
    expect(await sessionsOf(ann)).toHaveLength(3)
    expect(await identity.deps.kratos.listSessions(userId)).toHaveLength(3)
  })

  it('let the next one in once one has signed out', async () => {
    const { email, tokens } = await full()
    await fetch(`http://127.0.0.1:${identity.port}/self-service/logout/api`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ session_token: tokens[0] }),
    })
    expect((await app(email)).status).toBe(200)
    expect((await app(email)).status).toBe(403)
  })

  it('never refuse a browser', async () => {
    const { email } = await full()
    expect((await identity.visitor().signIn(email)).status).toBe(200)
  })

  it('let one in of many who come at once for the last place', async () => {
    const { email } = await signedUp()
    await app(email)
    const answers = await Promise.all(Array.from({ length: 5 }, () => app(email)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403, 403])
  })
})
