/** What is known about a person goes to them alone, whole or not at all. */
import { type ArchiveParts, ArchiveView, exportPerson } from '@app/contracts/archive'
import { DependencyDown } from '@app/contracts/common-problems'
import type { InternalClient } from '@app/http/internal-client'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { signUp } from './signed-up.ts'
import { codeOf, password, type Visitor } from './visitor.ts'

let identity: Identity
let isDown = false
let minutesLater = 0
const asked: unknown[] = []
/** A service that keeps one row of everybody. */
const other: InternalClient = {
  call: async (contract, { params, body }) => {
    if (isDown) throw DependencyDown()
    expect(contract.path).toBe(exportPerson.path)
    asked.push({ params, body })
    return contract.answers[200]?.parse({ parts: { notes: [{ of: Object(params).userId }] } }) as never
  },
}
beforeAll(async () => {
  identity = await startIdentity({
    workers: false,
    exporters: { other },
    standing: { clock: () => new Date(Date.now() + minutesLater * 60_000) },
  })
})
afterAll(() => identity.close())

const signedUp = () => signUp(identity)
const download = (visitor: Visitor, headers = {}) => visitor.guard('GET', '/api/v1/archive', { headers })
const partsOf = (json: unknown): ArchiveParts => ArchiveView.parse(json).services['identity'] ?? {}

it('holds the profile, ways in, sessions, activity and what each service keeps', async () => {
  const { ann: visitor, person, userId } = await signedUp()
  await identity.database.owner.db.execute(sql`insert into accepted_terms (identity_id, version) values (${userId}, '2026-01')`)
  const heard = await download(visitor)
  expect([heard.status, heard.headers.get('content-disposition')]).toEqual([200, expect.stringMatching(/^attachment; filename="account-/)])
  const parts = partsOf(heard.json)
  expect(parts['account']).toMatchObject([{ id: userId, email: person.email, name: person.name, state: 'active' }])
  expect(parts['waysIn']).toMatchObject([{ password: {} }])
  expect(parts['sessions']).toHaveLength(1)
  expect(parts['activity']?.map(({ kind }) => kind)).toContain('signed-in')
  expect(parts['acceptedTerms']).toMatchObject([{ version: '2026-01' }])
  expect(ArchiveView.parse(heard.json).services['other']).toEqual({ notes: [{ of: userId }] })
  expect(asked.at(-1)).toMatchObject({ params: { userId }, body: { addresses: [{ address: person.email }] } })
  const again = partsOf((await download(visitor)).json)
  expect(again['activity']?.map(({ kind }) => kind)).toContain('data-downloaded')
})

it('holds no secret and nobody else', async () => {
  const [ann, bob] = [await signedUp(), await signedUp()]
  const db = identity.database.owner.db
  await db.execute(sql`insert into administrator_actions (id, identity_id, kind, by_id, reason)
    values (gen_random_uuid(), ${ann.userId}, 'end-sessions', ${bob.userId}, 'lost telephone')`)
  await db.execute(sql`insert into setup_links (id, identity_id, token_hash, expires_at, purpose, sent_by, unsent_token)
    values (gen_random_uuid(), ${ann.userId}, '\\x0102', now(), 'operator', ${bob.userId}, 'a-token-that-opens')`)
  const { text } = await download(ann.ann)
  expect(text).toContain('lost telephone')
  for (const secret of [
    bob.userId,
    bob.person.email,
    'a-token-that-opens',
    password,
    '$2a$',
    'ory_st_',
    'hashed_password',
    'tokenHash',
    'codeHash',
  ])
    expect(text).not.toContain(secret)
})

it('tells of messages to an address only since it is theirs', async () => {
  const { ann: visitor, userId } = await signedUp()
  const at = new Date(Date.now() - 40 * 86_400_000).toISOString()
  await identity.database.owner.db.execute(
    sql`insert into account_activity (id, identity_id, kind, detail, at) values (gen_random_uuid(), ${userId}, 'email-changed', '{}', ${at})`,
  )
  await download(visitor)
  expect(asked.at(-1)).toMatchObject({ body: { addresses: [{ since: at }] } })
})

it('tells of no message from before the time whose changes are remembered', async () => {
  const { ann: visitor, userId } = await signedUp()
  const { kratos, sessionRules } = identity.deps
  const madeAt = (await kratos.getIdentity(userId))?.created_at ?? ''
  await download(visitor)
  expect(asked.at(-1)).toMatchObject({ body: { addresses: [{ since: madeAt }] } })
  const { activityDays } = sessionRules
  // So that the account is older than that.
  Object.assign(sessionRules, { activityDays: 0 })
  await download(visitor).finally(() => Object.assign(sessionRules, { activityDays }))
  const { since } = z.object({ body: z.object({ addresses: z.tuple([z.object({ since: z.string() })]) }) }).parse(asked.at(-1)).body
    .addresses[0]
  expect(Date.parse(since)).toBeGreaterThan(Date.parse(madeAt))
})

it('is refused whole when one service is down, and that try does not count', async () => {
  const { ann: visitor } = await signedUp()
  isDown = true
  const refused = []
  for (let tries = 0; tries < 6; tries += 1) refused.push((await download(visitor)).status)
  isDown = false
  expect(new Set(refused)).toEqual(new Set([503]))
  expect((await download(visitor)).status).toBe(200)
})

it('is given five times an hour', async () => {
  const { ann: visitor } = await signedUp()
  const heard = []
  for (let tries = 0; tries < 6; tries += 1) heard.push(await download(visitor))
  expect(heard.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429])
  expect(Number(heard.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0)
})

it('is for a person who has just signed in, no guest, nobody else', async () => {
  const { ann: visitor } = await signedUp()
  minutesLater = 11
  const late = await download(visitor).finally(() => {
    minutesLater = 0
  })
  expect([late.status, codeOf(late)]).toEqual([403, 'fresh-sign-in-required'])
  expect((await download(identity.visitor())).status).toBe(401)
  const guest = identity.visitor()
  await guest.guard('POST', '/api/v1/guests', { body: { keptAs: 'cookie' } })
  expect((await download(guest)).status).toBe(403)
  const acting = await download(visitor, { 'x-act-as': '0a1b2c3d-0000-4000-8000-000000000000' })
  expect(acting.status).toBeGreaterThanOrEqual(400)
})
