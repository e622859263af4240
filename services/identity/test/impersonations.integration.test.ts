import { listActivity } from '@app/contracts/activity'
import { ImpersonationView, listImpersonations } from '@app/contracts/impersonations'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { closeEndedImpersonations } from '../src/impersonation/end.ts'
import { type Identity, secrets, startIdentity } from './identity-fixture.ts'
import { type SignedUp, signUp } from './signed-up.ts'
import { toldAbout } from './told.ts'
import { codeOf, type Heard } from './visitor.ts'
import { setUpTotp } from './with-factors.ts'

const administrators = new Set<string>()
const permissions = {
  isAllowed: async (_: string, __: string, ___: string, userId: string) => administrators.has(userId),
  areAllowed: async (checks: readonly { userId: string }[]) => checks.map(({ userId }) => administrators.has(userId)),
}
let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ permissions })
})
afterAll(() => identity.close())

const aPersonSignedIn = () => signUp(identity)
const toldOf = (userId: string) => toldAbout(identity, userId, 'identity.impersonation.%')

async function makeAdministrator(userId: string): Promise<void> {
  administrators.add(userId)
  await identity.database.owner.db.execute(sql`insert into platform_administrators (user_id) values (${userId})`)
}

async function anAdministrator(): Promise<SignedUp> {
  const admin = await aPersonSignedIn()
  await makeAdministrator(admin.userId)
  await setUpTotp(admin.ann)
  return admin
}

const ask = (admin: SignedUp, userId: string, minutes = 10) =>
  admin.ann.guard('POST', '/api/v1/impersonations', { body: { userId, minutes, reason: 'Ticket 12: the list stays empty' } })
const idOf = (heard: Heard) => ImpersonationView.parse(heard.json).id
const answer = (who: SignedUp, id: string, verb: string) => who.ann.guard('POST', `/api/v1/impersonations/${id}/${verb}`)
const whoAmI = (who: SignedUp, id: string) => who.ann.guard('GET', '/api/v1/session', { headers: { 'x-act-as': id } })

async function running(minutes = 10) {
  const [admin, ann] = [await anAdministrator(), await aPersonSignedIn()]
  const id = idOf(await ask(admin, ann.userId, minutes))
  expect((await answer(ann, id, 'accept')).status).toBe(200)
  return { admin, ann, id }
}

async function expectEnded(admin: SignedUp, id: string): Promise<void> {
  const heard = await whoAmI(admin, id)
  expect([heard.status, codeOf(heard)]).toEqual([401, 'impersonation-ended'])
}

describe('acting as somebody', () => {
  it('begins when the person says yes, shows them, and is told with both', async () => {
    const [admin, ann] = [await anAdministrator(), await aPersonSignedIn()]
    const asked = await ask(admin, ann.userId)
    expect([asked.status, ImpersonationView.parse(asked.json).state]).toEqual([201, 'requested'])
    const id = idOf(asked)
    await expectEnded(admin, id)
    expect((await answer(ann, id, 'accept')).status).toBe(200)
    expect(await whoAmI(admin, id)).toMatchObject({
      status: 200,
      json: { userId: ann.userId, email: ann.email, sessionId: admin.sessionId, actedById: admin.userId },
    })
    expect((await admin.ann.guard('GET', '/api/v1/session')).json).toMatchObject({ userId: admin.userId, actedById: null })
    expect((await answer(admin, id, 'stop')).status).toBe(204)
    await expectEnded(admin, id)
    expect(await toldOf(ann.userId)).toEqual([
      { type: 'identity.impersonation.started.v1', actor: admin.userId, data: { impersonationId: id, minutes: 10, consent: 'required' } },
      { type: 'identity.impersonation.ended.v1', actor: admin.userId, data: { impersonationId: id, by: 'administrator' } },
    ])
    const { items } = listActivity.answers[200].parse((await ann.ann.guard('GET', '/api/v1/activity')).json)
    expect(
      items
        .map(({ kind }) => kind)
        .filter((kind) => kind.startsWith('impersonation'))
        .sort(),
    ).toEqual(['impersonation-accepted', 'impersonation-ended', 'impersonation-requested', 'impersonation-started'])
  })

  it('works by a cookie that this browser gets, and is taken away again', async () => {
    const { admin, ann, id } = await running()
    const entered = await answer(admin, id, 'enter')
    expect(entered.status).toBe(204)
    expect(entered.headers.getSetCookie().join()).toMatch(
      /^vst_act_as=[0-9a-f-]{36}; Path=\/; Max-Age=(5[0-9]{2}|600); HttpOnly; SameSite=Lax$/,
    )
    expect((await admin.ann.guard('GET', '/api/v1/session')).json).toMatchObject({ userId: ann.userId })
    const list = listImpersonations.answers[200].parse((await admin.ann.guard('GET', '/api/v1/impersonations')).json)
    expect(list.current?.id).toBe(id)
    expect((await answer(admin, id, 'stop')).status).toBe(204)
    expect((await admin.ann.guard('GET', '/api/v1/session')).json).toMatchObject({ userId: admin.userId })
    expect((await answer(admin, id, 'enter')).status).toBe(409)
  })

  it('gives no access to what belongs to the person alone', async () => {
    const { admin, ann, id } = await running()
    const headers = { 'x-act-as': id }
    const alone = [
      ['GET', '/api/v1/sessions'],
      ['DELETE', '/api/v1/sessions?which=all'],
      ['DELETE', `/api/v1/sessions/${ann.sessionId}`],
      ['GET', '/api/v1/activity'],
      ['POST', `/api/v1/impersonations/${id}/accept`],
    ] as const
    for (const [method, path] of alone) {
      const heard = await admin.ann.guard(method, path, { headers })
      expect([path, heard.status, codeOf(heard)]).toEqual([path, 403, 'impersonation-refused'])
    }
    expect((await ann.ann.whoami()).status).toBe(200)
  })

  it('stops at once when the person says so, and by the clock', async () => {
    const { admin, ann, id } = await running()
    expect((await answer(ann, id, 'stop')).status).toBe(204)
    await expectEnded(admin, id)
    const other = await running(1)
    await identity.database.owner.db.execute(
      sql`update impersonations set started_at = now() - interval '2 minutes', ends_at = now() - interval '1 second' where id = ${other.id}`,
    )
    await expectEnded(other.admin, other.id)
    await closeEndedImpersonations(identity.deps)
    expect((await toldOf(other.ann.userId)).at(-1)?.data).toEqual({ impersonationId: other.id, by: 'time' })
  })

  it('is found for other services, for the session that it is bound to alone', async () => {
    const { admin, ann, id } = await running()
    const find = async (changes: Record<string, unknown> = {}) => {
      const body = { impersonationId: id, administratorId: admin.userId, sessionId: admin.sessionId, assuranceLevel: 'aal2', ...changes }
      return (await identity.internal('/internal/impersonations/find', { method: 'POST', secret: secrets.users, body })).json
    }
    expect(await find()).toMatchObject({ session: { userId: ann.userId, id: admin.sessionId } })
    expect(await find({ sessionId: ann.sessionId })).toEqual({ session: null })
    expect(await find({ assuranceLevel: 'aal1' })).toEqual({ session: null })
    expect((await identity.internal('/internal/impersonations/find', { method: 'POST', secret: 'wrong', body: {} })).status).toBe(401)
  })
})

describe('nobody acts as somebody', () => {
  it('without a second factor, or without being an administrator', async () => {
    const [weak, ann, stranger] = [await aPersonSignedIn(), await aPersonSignedIn(), await aPersonSignedIn()]
    await makeAdministrator(weak.userId)
    const refused = await ask(weak, ann.userId)
    expect([refused.status, codeOf(refused)]).toEqual([403, 'second-factor-setup-required'])
    await setUpTotp(stranger.ann)
    const other = await ask(stranger, ann.userId)
    expect([other.status, codeOf(other)]).toEqual([403, 'forbidden'])
  })

  it('who is an administrator, a guest, unknown, inactive or oneself', async () => {
    const [admin, other, inactive] = [await anAdministrator(), await aPersonSignedIn(), await aPersonSignedIn()]
    await makeAdministrator(other.userId)
    await identity.deps.kratos.patchIdentity(inactive.userId, [{ op: 'replace', path: '/state', value: 'inactive' }])
    const guest = await identity.visitor().guard('POST', '/api/v1/guests', { body: {} })
    const guestId = z.object({ userId: z.string() }).parse(guest.json).userId
    for (const userId of [other.userId, admin.userId, inactive.userId, guestId]) {
      const heard = await ask(admin, userId)
      expect([heard.status, codeOf(heard)]).toEqual([403, 'cannot-act-as'])
    }
    expect((await ask(admin, '0198c0de-0000-7000-8000-000000000001')).status).toBe(404)
  })

  it('by the id of another administrator, or from another session', async () => {
    const { ann, admin, id } = await running()
    const thief = await anAdministrator()
    await expectEnded(thief, id)
    await expectEnded(ann, id)
    const answers = await Promise.all([answer(thief, id, 'stop'), answer(thief, '0198c0de-0000-7000-8000-000000000001', 'stop')])
    expect(answers.map(({ status }) => status)).toEqual([403, 403])
    expect((await whoAmI(admin, id)).status).toBe(200)
    const foreign = await answer(thief, id, 'accept')
    expect([foreign.status, codeOf(foreign)]).toEqual([403, 'forbidden'])
  })

  it('once the person has become an administrator, or the administrator is none any more', async () => {
    const first = await running()
    await makeAdministrator(first.ann.userId)
    await expectEnded(first.admin, first.id)
    const second = await running()
    await identity.database.owner.db.execute(
      sql`update platform_administrators set revoking_at = now() where user_id = ${second.admin.userId}`,
    )
    await expectEnded(second.admin, second.id)
  })

  it('when the answer comes too late, or twice', async () => {
    const [admin, ann] = [await anAdministrator(), await aPersonSignedIn()]
    const late = idOf(await ask(admin, ann.userId))
    await identity.database.owner.db.execute(sql`update impersonations set answer_by = now() where id = ${late}`)
    expect(codeOf(await answer(ann, late, 'accept'))).toBe('impersonation-over')
    const id = idOf(await ask(admin, ann.userId))
    expect(codeOf(await ask(admin, ann.userId))).toBe('impersonation-open')
    const both = await Promise.all([answer(ann, id, 'accept'), answer(ann, id, 'decline')])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  })

  it.each([{ minutes: 61 }, { minutes: 0 }, { reason: 'short' }, { reason: 'two lines\nof a long reason' }])(
    'asked with %j',
    async (changes) => {
      const admin = await anAdministrator()
      const body = { userId: admin.userId, minutes: 5, reason: 'Ticket 12: the list stays empty', ...changes }
      const heard = await admin.ann.guard('POST', '/api/v1/impersonations', { body })
      expect([heard.status, codeOf(heard)]).toEqual([400, 'invalid-request'])
    },
  )
})

describe('where the organisation decided for everybody', () => {
  beforeAll(() => void Object.assign(identity.deps.sessionRules, { impersonationConsent: 'waived' }))
  afterAll(() => void Object.assign(identity.deps.sessionRules, { impersonationConsent: 'required' }))

  it('it begins with the request, and the person sees it, its reason and that nobody asked them', async () => {
    const [admin, ann] = [await anAdministrator(), await aPersonSignedIn()]
    const asked = await ask(admin, ann.userId)
    expect(asked.status).toBe(201)
    expect(asked.json).toMatchObject({ state: 'active', consent: 'waived', endsAt: expect.any(String) })
    const id = idOf(asked)
    expect((await whoAmI(admin, id)).json).toMatchObject({ userId: ann.userId, actedById: admin.userId })
    const { ofMe } = listImpersonations.answers[200].parse((await ann.ann.guard('GET', '/api/v1/impersonations')).json)
    expect(ofMe).toMatchObject([{ id, state: 'active', consent: 'waived', reason: 'Ticket 12: the list stays empty' }])
    const { items } = listActivity.answers[200].parse((await ann.ann.guard('GET', '/api/v1/activity')).json)
    const started = items.find(({ kind }) => kind === 'impersonation-started')
    expect(started).toMatchObject({ detail: { minutes: 10, consent: 'waived' } })
    expect(await toldOf(ann.userId)).toMatchObject([
      { type: 'identity.impersonation.started.v1', actor: admin.userId, data: { impersonationId: id, consent: 'waived' } },
    ])
    const late = await answer(ann, id, 'accept')
    expect([late.status, codeOf(late)]).toEqual([409, 'impersonation-over'])
  })

  it('the person still ends it at once, and one at a time is enough', async () => {
    const [admin, ann] = [await anAdministrator(), await aPersonSignedIn()]
    const id = idOf(await ask(admin, ann.userId))
    expect(codeOf(await ask(admin, ann.userId))).toBe('impersonation-open')
    expect((await answer(ann, id, 'stop')).status).toBe(204)
    await expectEnded(admin, id)
  })

  it('everything else is asked for as before: a second factor, the right, and nobody who is an administrator', async () => {
    const [weak, stranger, admin, ann] = [
      await aPersonSignedIn(),
      await aPersonSignedIn(),
      await anAdministrator(),
      await aPersonSignedIn(),
    ]
    await makeAdministrator(weak.userId)
    await setUpTotp(stranger.ann)
    const answers = [await ask(weak, ann.userId), await ask(stranger, ann.userId), await ask(admin, weak.userId)]
    expect(answers.map(codeOf)).toEqual(['second-factor-setup-required', 'forbidden', 'cannot-act-as'])
    const id = idOf(await ask(admin, ann.userId))
    const alone = await admin.ann.guard('GET', '/api/v1/sessions', { headers: { 'x-act-as': id } })
    expect(codeOf(alone)).toBe('impersonation-refused')
  })
})
