import { listActivity as listActivityContract } from '@app/contracts/activity'
import { until } from '@app/testing/poll'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pruneActivity, recordActivity } from '../src/activity.ts'
import { settleChange } from '../src/pending.ts'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { signUp } from './signed-up.ts'
import { codeOf, type Visitor } from './visitor.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const signedUp = () => signUp(identity)

async function activityOf(visitor: Visitor, query = '') {
  return listActivityContract.answers[200].parse((await visitor.guard('GET', `/api/v1/activity${query}`)).json)
}

const record = (identityId: string, kind: 'password-changed' | 'signed-in', more = {}) =>
  identity.deps.app.db.transaction((tx) => recordActivity(tx, { identityId, kind, ...more }))

it('shows people what happened to their own account, newest first', async () => {
  const [{ ann, userId }, { ann: other }] = [await signedUp(), await signedUp()]
  const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0'
  await record(userId, 'password-changed', { address: '192.0.2.7', userAgent })
  const kinds = await until(async () => {
    const { items } = await activityOf(ann)
    return items.some(({ kind }) => kind === 'registered') ? items : undefined
  })
  expect(kinds).toContainEqual(
    expect.objectContaining({ kind: 'password-changed', address: '192.0.2.7', browser: 'Firefox', system: 'Linux', detail: {} }),
  )
  expect((await activityOf(other)).items.map(({ kind }) => kind)).not.toContain('password-changed')
  expect((await identity.visitor().guard('GET', '/api/v1/activity')).status).toBe(401)
})

it('comes in pages, and takes no cursor of another list', async () => {
  const { ann, userId } = await signedUp()
  for (let n = 0; n < 5; n += 1) await record(userId, 'signed-in', { detail: { n } })
  const seen: unknown[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Awaited<ReturnType<typeof activityOf>> = await activityOf(ann, `?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
    seen.push(...page.items.filter(({ kind }) => kind === 'signed-in').flatMap(({ detail }) => detail['n'] ?? []))
    cursor = page.nextCursor
  }
  expect(seen).toEqual([4, 3, 2, 1, 0])
  const forged = await ann.guard('GET', '/api/v1/activity?cursor=MQ')
  expect([forged.status, codeOf(forged)]).toEqual([400, 'invalid-request'])
})

it('refuses to keep more than impersonal state', async () => {
  const { userId } = await signedUp()
  await expect(record(userId, 'signed-in', { detail: { Cookie: 'x' } })).rejects.toThrow()
  await expect(record(userId, 'signed-in', { detail: { text: 'x'.repeat(501) } })).rejects.toThrow()
})

it('forgets what is older than the configuration says', async () => {
  const { ann, userId } = await signedUp()
  await record(userId, 'signed-in', { detail: { age: 'old' } })
  await identity.database.owner.db.execute(sql`update account_activity set at = now() - interval '91 days' where identity_id = ${userId}`)
  await record(userId, 'signed-in', { detail: { age: 'new' } })
  await pruneActivity(identity.deps, 90)
  const { items } = await activityOf(ann)
  expect(items.filter(({ kind }) => kind === 'signed-in').flatMap(({ detail }) => detail['age'] ?? [])).toEqual(['new'])
})

it('goes with the person', async () => {
  const { userId } = await signedUp()
  await settleChange(identity.deps, userId, {})
  const count = async () => {
    const [row] = await identity.database.owner.db.execute<{ n: number }>(
      sql`select count(*)::int as n from account_activity where identity_id = ${userId}`,
    )
    return row?.n
  }
  expect(await count()).toBeGreaterThan(0)
  const gone = await fetch(`${identity.kratos.adminUrl}/admin/identities/${userId}`, { method: 'DELETE' })
  expect(gone.status).toBe(204)
  await settleChange(identity.deps, userId, {})
  expect(await count()).toBe(0)
})
