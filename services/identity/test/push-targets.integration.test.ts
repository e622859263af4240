/** Where a device takes messages while nobody looks at it. */
import { listSessions, type SessionEntry } from '@app/contracts/sessions'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { signUp } from './signed-up.ts'
import { codeOf, type Visitor } from './visitor.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const signedUp = () => signUp(identity)
const sessionsOf = async (visitor: Visitor): Promise<SessionEntry[]> =>
  listSessions.answers[200].parse((await visitor.guard('GET', '/api/v1/sessions')).json).items

describe('push targets', () => {
  const subscription = {
    kind: 'web-push',
    endpoint: 'https://push.example.org/v1/abc',
    keys: { p256dh: 'B'.repeat(87), auth: 'c'.repeat(22) },
  }

  it('are kept with a device of the person, and go again', async () => {
    const { ann, userId } = await signedUp()
    const [{ deviceId } = { deviceId: null }] = await sessionsOf(ann)
    const stored = async () => {
      const rows = await identity.database.owner.db.execute<{ push: unknown }>(
        sql`select push from account_devices where identity_id = ${userId}`,
      )
      return [...rows].map(({ push }) => push)
    }
    expect((await ann.guard('PUT', `/api/v1/devices/${deviceId}/push`, { body: subscription })).status).toBe(204)
    expect(await stored()).toEqual([subscription])
    expect((await ann.guard('DELETE', `/api/v1/devices/${deviceId}/push`)).status).toBe(204)
    expect(await stored()).toEqual([null])
  })

  it('are refused for a device of somebody else, as for none', async () => {
    const [{ ann }, { ann: stranger }] = [await signedUp(), await signedUp()]
    const [{ deviceId } = { deviceId: null }] = await sessionsOf(stranger)
    const headers = { 'x-request-id': 'the-same-request' }
    const answers = await Promise.all(
      [deviceId, '0198c0de-0000-7000-8000-000000000001'].map((id) =>
        ann.guard('PUT', `/api/v1/devices/${id}/push`, { body: subscription, headers }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([403, 403])
    expect(answers[0]?.text).toBe(answers[1]?.text)
  })

  it.each([
    'http://push.example.org/x',
    'https://127.0.0.1/x',
    'https://localhost/x',
    'https://[::1]/x',
    'https://push.example.org:8443/x',
    'https://user@push.example.org/x',
  ])('do not call %s', async (endpoint) => {
    const { ann } = await signedUp()
    const [{ deviceId } = { deviceId: null }] = await sessionsOf(ann)
    const answer = await ann.guard('PUT', `/api/v1/devices/${deviceId}/push`, { body: { ...subscription, endpoint } })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid-request'])
  })
})
