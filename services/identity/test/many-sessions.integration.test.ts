/** Somebody with more sessions than Kratos tells of in one answer. */
import { IdentityServiceDown } from '@app/contracts/common-problems'
import { endSessions, listSessions } from '@app/contracts/sessions'
import { testServers } from '@app/testing/servers'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endOtherSessions } from '../src/sessions/end-sessions.ts'
import { syncSessions } from '../src/sessions/sync-sessions.ts'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { signUp } from './signed-up.ts'
import { toldAbout } from './told.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ workers: false })
})
afterAll(() => identity.close())

const endedOf = async (userId: string) =>
  (await toldAbout(identity, userId, 'identity.session.ended.v1')).map(({ data }) => data['sessionId'])

/** In Kratos' own tables, each newer than this one: a sign-in costs a hash. */
async function copySession(sessionId: string, count: number): Promise<void> {
  const server = new URL(testServers().postgresUrl)
  server.pathname = identity.kratos.database
  const kratos = postgres(server.href, { max: 1 })
  try {
    await kratos`
      insert into sessions select (jsonb_populate_record(s, jsonb_build_object(
        'id', gen_random_uuid(), 'token', md5(random()::text), 'logout_token', md5(random()::text),
        'authenticated_at', s.authenticated_at + n * interval '1 millisecond'))).*
      from sessions s, generate_series(1, ${count}::int) n where s.id = ${sessionId}`
  } finally {
    await kratos.end()
  }
}

describe('260 other sessions', () => {
  it('take none for gone that lives, and are all ended', async () => {
    const { ann, userId, sessionId } = await signUp(identity)
    const { kratos } = identity.deps
    await copySession(sessionId, 260)
    const list = async () => listSessions.answers[200].parse((await ann.guard('GET', '/api/v1/sessions')).json).items
    expect(await list()).toHaveLength(250)
    await list()
    expect(await kratos.listSessions(userId)).toHaveLength(261)
    expect(await endedOf(userId)).toEqual([])
    // It slips past both pages when another one ends between them.
    const slipping = async (id: string) => (await kratos.listSessions(id)).filter((session) => session.id !== sessionId)
    await syncSessions({ ...identity.deps, kratos: { ...kratos, listSessions: slipping } }, userId, null, {})
    expect(await endedOf(userId)).toEqual([])
    const answer = await ann.guard('DELETE', '/api/v1/sessions?which=others')
    expect(endSessions.answers[200].parse(answer.json).ended).toBe(260)
    expect((await kratos.listSessions(userId)).map(({ id }) => id)).toEqual([sessionId])
    const ended = await endedOf(userId)
    expect(new Set(ended).size).toBe(260)
    expect(ended).not.toContain(sessionId)
  })
})

it('says so when some are left after all', async () => {
  const { userId, sessionId } = await signUp(identity)
  await copySession(sessionId, 2)
  const deps = { ...identity.deps, kratos: { ...identity.deps.kratos, endSession: async () => {} } }
  const ending = endOtherSessions(deps, sessionId, { identityId: userId, by: 'person', origin: {} })
  await expect(ending).rejects.toSatisfy(IdentityServiceDown.is)
  expect(await endOtherSessions(identity.deps, sessionId, { identityId: userId, by: 'person', origin: {} })).toBe(2)
})
