/** Leaving: asked for after a fresh sign-in, taken back in time, and complete once the time is over. */
import { listErasures, readLeaving } from '@app/contracts/leaving'
import { cellsNaming } from '@app/testing/cells-naming'
import { until } from '@app/testing/poll'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noteErased } from '../src/leaving/erase.ts'
import { eraseAllDue } from '../src/leaving/erase-due.ts'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { messagesTo } from './outgoing.ts'
import { signUp } from './signed-up.ts'
import { codeOf, type Visitor } from './visitor.ts'

let identity: Identity
const administrators = new Set<string>()
let minutesLater = 0
beforeAll(async () => {
  const isAllowed = async (_namespace: string, _object: string, _permit: string, userId: string) => administrators.has(userId)
  identity = await startIdentity({
    workers: false,
    standing: { clock: () => new Date(Date.now() + minutesLater * 60_000) },
    permissions: { isAllowed, areAllowed: async (checks) => checks.map(() => false) },
  })
})
afterAll(() => identity.close())

const unstopped = new AbortController().signal
const execute = (query: ReturnType<typeof sql>) => identity.database.owner.db.execute<Record<string, unknown>>(query)

const signedUp = () => signUp(identity)
const ask = (visitor: Visitor) => visitor.guard('POST', '/api/v1/leaving')
const view = async (visitor: Visitor) => readLeaving.answers[200].parse((await visitor.guard('GET', '/api/v1/leaving')).json)
const isOver = (userId: string) => execute(sql`update deletions set due_at = now() - interval '1 second' where identity_id = ${userId}`)
const kinds = async (userId: string) =>
  (await execute(sql`select kind from account_activity where identity_id = ${userId} and kind like 'deletion-%' order by id`)).map(
    ({ kind }) => kind,
  )
const told = async (userId: string) => (await identity.events(userId)).map(({ type, change }) => change ?? type)

/** What stays of somebody who is gone, everywhere in this database, and why. */
const stays = [
  // What they did as an administrator is in the log of those they did it to, and goes with them.
  'administrator_actions.by_id',
  // That they are gone, and which services have confirmed it.
  'erasures.identity_id',
  // So that a late event or an import is told in order.
  'identities.id',
  // On its way to the others: gone as soon as it is there.
  'outbox.body',
  'outbox.subject',
  // As with the log.
  'setup_links.sent_by',
  'setup_links.withdrawn_by',
]

/** Everything that an administrator leaves behind at others. */
async function helpsOthers(userId: string): Promise<void> {
  const other = (await signedUp()).userId
  await execute(sql`insert into administrator_actions (id, identity_id, kind, by_id, reason)
    values (gen_random_uuid(), ${other}, 'end-sessions', ${userId}, 'lost telephone')`)
  await execute(sql`insert into setup_links (id, identity_id, token_hash, expires_at, purpose, sent_by, withdrawn_at, withdrawn_by)
    values (gen_random_uuid(), ${other}, decode(md5(${other}), 'hex'), now(), 'sign-in', ${userId}, now(), ${userId})`)
  await execute(sql`insert into impersonations (id, administrator_id, session_id, user_id, reason, minutes, consent, answer_by)
    values (gen_random_uuid(), ${userId}, gen_random_uuid(), ${other}, 'lost their telephone', 5, 'waived', now())`)
}

async function makeAdministrator(userId: string): Promise<void> {
  administrators.add(userId)
  await execute(sql`insert into platform_administrators (user_id) values (${userId})`)
}

describe('who asks to leave', () => {
  it('is told what goes and what stays, gets two weeks, and keeps the account until then', async () => {
    const { ann, userId } = await signedUp()
    const before = await view(ann)
    expect(before).toMatchObject({ deletion: null, graceDays: 14, blockers: [] })
    expect(before.goes).toContain('profile')
    expect(before.stays).toContain('id')
    const asked = await ask(ann)
    expect(asked.status).toBe(200)
    const { deletion } = await view(ann)
    const days = (Date.parse(deletion?.dueAt ?? '') - Date.parse(deletion?.requestedAt ?? '')) / 86_400_000
    expect(days).toBeCloseTo(14, 5)
    await eraseAllDue(identity.deps, unstopped)
    expect((await ann.whoami()).userId).toBe(userId)
    expect(await kinds(userId)).toEqual(['deletion-requested'])
  })

  it('twice, or from several windows at once, has asked once', async () => {
    const { ann, userId } = await signedUp()
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask(ann)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect((await kinds(userId)).filter((kind) => kind === 'deletion-requested')).toHaveLength(1)
    expect((await told(userId)).filter((type) => type === 'identity.deletion.requested.v1')).toHaveLength(1)
  })

  it('after a while has to sign in again first', async () => {
    const { ann } = await signedUp()
    minutesLater = 11
    const refused = await ask(ann).finally(() => {
      minutesLater = 0
    })
    expect([refused.status, codeOf(refused)]).toEqual([403, 'fresh-sign-in-required'])
    expect((await view(ann)).deletion).toBeNull()
  })

  it('needs the second factor that protects the account', async () => {
    const { ann, userId } = await signedUp()
    await identity.deps.kratos.patchIdentity(userId, [{ op: 'add', path: '/metadata_public', value: { secondFactorSet: true } }])
    const refused = await ask(ann)
    expect([refused.status, codeOf(refused)]).toEqual([403, 'second-factor-required'])
    expect((await view(ann)).deletion).toBeNull()
  })

  it('has to be signed in, and to come from our own pages', async () => {
    expect((await ask(identity.visitor())).status).toBe(401)
    const { ann } = await signedUp()
    const foreign = await ann.guard('POST', '/api/v1/leaving', { headers: { origin: 'https://evil.example' } })
    expect([foreign.status, codeOf(foreign)]).toEqual([403, 'cross-origin'])
    expect((await view(ann)).deletion).toBeNull()
  })
})

describe('who thinks better of it', () => {
  it('keeps everything, also from another device after signing in', async () => {
    const { ann, person, userId } = await signedUp()
    await ask(ann)
    const elsewhere = identity.visitor()
    await elsewhere.signIn(person.email)
    expect((await elsewhere.guard('DELETE', '/api/v1/leaving')).status).toBe(204)
    expect((await elsewhere.guard('DELETE', '/api/v1/leaving')).status).toBe(204)
    expect((await told(userId)).filter((type) => type.startsWith('identity.deletion.'))).toEqual([
      'identity.deletion.requested.v1',
      'identity.deletion.withdrawn.v1',
    ])
    expect((await view(ann)).deletion).toBeNull()
    await isOver(userId)
    await eraseAllDue(identity.deps, unstopped)
    expect((await ann.whoami()).userId).toBe(userId)
    expect(await kinds(userId)).toEqual(['deletion-requested', 'deletion-withdrawn'])
  })

  it('too late is told so', async () => {
    const { ann, userId } = await signedUp()
    await ask(ann)
    await execute(sql`update deletions set erasing_at = now() where identity_id = ${userId}`)
    const refused = await ann.guard('DELETE', '/api/v1/leaving')
    expect([refused.status, codeOf(refused)]).toEqual([409, 'deletion-under-way'])
  })
})

describe('the last administrator', () => {
  it('cannot leave, neither do two who leave at once', async () => {
    const [one, two] = [await signedUp(), await signedUp()]
    await makeAdministrator(one.userId)
    const alone = await ask(one.ann)
    expect([alone.status, codeOf(alone)]).toEqual([409, 'leaving-blocked'])
    expect((await view(one.ann)).blockers).toEqual(['last-administrator'])
    await makeAdministrator(two.userId)
    const answers = await Promise.all([ask(one.ann), ask(two.ann)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  })

  it.each([
    ['is suspended', (userId: string) => execute(sql`update platform_administrators set suspended_at = now() where user_id = ${userId}`)],
    ['is inactive', (userId: string) => execute(sql`update identities set state = 'inactive' where id = ${userId}`)],
  ])('is also the one beside whom every other %s', async (_, shutOut) => {
    await execute(sql`update platform_administrators set revoking_at = now()`)
    const [one, two] = [await signedUp(), await signedUp()]
    await makeAdministrator(one.userId)
    await makeAdministrator(two.userId)
    await shutOut(two.userId)
    const refused = await ask(one.ann)
    expect([refused.status, codeOf(refused)]).toEqual([409, 'leaving-blocked'])
  })

  it('who was left alone meanwhile stays', async () => {
    await execute(sql`delete from deletions`)
    await execute(sql`update platform_administrators set revoking_at = now()`)
    const { ann, userId } = await signedUp()
    await ask(ann)
    await makeAdministrator(userId)
    await isOver(userId)
    await eraseAllDue(identity.deps, unstopped)
    expect((await ann.whoami()).userId).toBe(userId)
    expect((await view(ann)).blockers).toEqual(['last-administrator'])
  })
})

describe('the last mail', () => {
  const farewells = (email: string) => messagesTo(identity, email)
  const verified = async (userId: string) => {
    const patch = [{ op: 'replace', path: '/verifiable_addresses/0/verified', value: true }] as const
    await identity.deps.kratos.patchIdentity(userId, patch)
  }
  it('goes to the proven address once, and afterwards nothing here names the person but ids that say so', async () => {
    const { ann, person, userId } = await signedUp()
    await verified(userId)
    const other = await signedUp()
    await helpsOthers(userId)
    await execute(
      sql`insert into guests (id, expires_at, user_id, merged_at, closed_at) values (gen_random_uuid(), now(), ${userId}, now(), now())`,
    )
    await execute(
      sql`insert into contact_proofs (id, purpose, target, secret_hash, expires_at) values (gen_random_uuid(), 'registration', ${person.email}, '\\x01', now())`,
    )
    await execute(sql`insert into contact_proofs (id, purpose, target, identity_id, expires_at, taken_from)
      values (gen_random_uuid(), 'phone', '+31612345678', ${other.userId}, now(), ${userId})`)
    await ask(ann)
    await isOver(userId)
    await Promise.all([eraseAllDue(identity.deps, unstopped), eraseAllDue(identity.deps, unstopped)])
    await until(async () => (await execute(sql`select from deletions where identity_id = ${userId}`)).length === 0)
    expect(await farewells(person.email)).toEqual([{ kind: 'deletion-done', code: null }])
    await execute(sql`delete from outgoing_messages`)
    expect(await cellsNaming(identity.database.owner, [person.email])).toEqual([])
    expect(await cellsNaming(identity.database.owner, [userId])).toEqual(stays)
  })

  it('goes out also when the process was killed after Kratos had removed the account', async () => {
    const { ann, person, userId } = await signedUp()
    await ask(ann)
    const farewell = JSON.stringify({ recipient: person.email, locale: 'nl' })
    await execute(sql`update deletions set erasing_at = now(), farewell = ${farewell}::jsonb where identity_id = ${userId}`)
    await identity.deps.kratos.deleteIdentity(userId)
    await eraseAllDue(identity.deps, unstopped)
    expect(await farewells(person.email)).toEqual([{ kind: 'deletion-done', code: null }])
  })

  it('goes to no address that was never proven', async () => {
    const { ann, person, userId } = await signedUp()
    await ask(ann)
    await isOver(userId)
    await eraseAllDue(identity.deps, unstopped)
    expect(await identity.deps.kratos.getIdentity(userId)).toBeNull()
    expect(await farewells(person.email)).toEqual([])
  })
})

describe('when the time is over', () => {
  it('the account and its sessions are gone, everybody is told once, and nothing personal is left here', async () => {
    const { ann, person, userId } = await signedUp()
    await ask(ann)
    await execute(sql`insert into passkey_names (identity_id, credential_id, name) values (${userId}, 'credential', 'Phone of Ann')`)
    await execute(sql`insert into account_devices (identity_id, id) values (${userId}, gen_random_uuid())`)
    await isOver(userId)
    await Promise.all([eraseAllDue(identity.deps, unstopped), eraseAllDue(identity.deps, unstopped)])
    await until(async () => (await execute(sql`select from deletions where identity_id = ${userId}`)).length === 0)
    expect(await identity.deps.kratos.getIdentity(userId)).toBeNull()
    expect((await ann.whoami()).status).toBe(401)
    expect((await identity.visitor().signIn(person.email)).status).toBe(400)
    expect((await told(userId)).slice(-2)).toEqual(['deleted', 'identity.person.erased.v1'])
    expect((await told(userId)).filter((type) => type === 'identity.person.erased.v1')).toHaveLength(1)
    expect(identity.revoked).toContainEqual({ scope: 'identity', id: userId })
    expect(await cellsNaming(identity.database.owner, [userId, person.email])).toEqual([
      'erasures.identity_id',
      'identities.id',
      'outbox.body',
      'outbox.subject',
    ])
  })

  it.each([
    ['before Kratos was asked', async () => {}],
    ['after Kratos had removed it', (userId: string) => identity.deps.kratos.deleteIdentity(userId)],
  ])('a process killed %s costs nothing', async (_, killedAfter) => {
    const { ann, userId } = await signedUp()
    await ask(ann)
    await execute(sql`update deletions set erasing_at = now() where identity_id = ${userId}`)
    await killedAfter(userId)
    await eraseAllDue(identity.deps, unstopped)
    expect(await identity.deps.kratos.getIdentity(userId)).toBeNull()
    expect((await told(userId)).filter((type) => type === 'identity.person.erased.v1')).toHaveLength(1)
    expect(await execute(sql`select from deletions where identity_id = ${userId}`)).toEqual([])
  })

  it('administrators see who is still awaited, others do not', async () => {
    const { ann, userId } = await signedUp()
    await ask(ann)
    await isOver(userId)
    await eraseAllDue(identity.deps, unstopped)
    const admin = await signedUp()
    expect((await admin.ann.guard('GET', '/api/v1/erasures')).status).toBe(403)
    administrators.add(admin.userId)
    const shown = async (query: string) => {
      const { items } = listErasures.answers[200].parse((await admin.ann.guard('GET', `/api/v1/erasures${query}`)).json)
      return items.find((item) => item.userId === userId)?.awaited
    }
    expect(await shown('?limit=100')).toEqual(['notifications', 'users'])
    await identity.deps.app.db.transaction((tx) => noteErased(tx, userId, 'users'))
    expect(await shown('?awaited=true&limit=100')).toEqual(['notifications'])
    await identity.deps.app.db.transaction((tx) => noteErased(tx, userId, 'notifications'))
    expect(await shown('?awaited=true&limit=100')).toBeUndefined()
    expect(await shown('?awaited=false&limit=100')).toEqual([])
  })
})
