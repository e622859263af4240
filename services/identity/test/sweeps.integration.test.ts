import { until } from '@app/testing/poll'
import { testServers } from '@app/testing/servers'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestFullSweep, runFullSweepWhenDue, sweepAll } from '../src/full-sweep.ts'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { aPerson } from './visitor.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ workers: false })
})
afterAll(() => identity.close())

const signal = new AbortController().signal
const sweep = () => sweepAll(identity.deps, signal)
const admin = (method: string, path: string, body?: unknown) =>
  fetch(identity.kratos.adminUrl + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

async function import_(count: number): Promise<string[]> {
  const identities = Array.from({ length: count }, () => ({ create: { schema_id: 'person', traits: aPerson() } }))
  const answer = await admin('PATCH', '/admin/identities', { identities })
  const { identities: made } = (await answer.json()) as { identities: { identity: string }[] }
  return made.map(({ identity: id }) => id)
}

/** In Kratos' own tables, as they were before numbers were identifiers. */
async function forgetIdentifiers(names: readonly string[]): Promise<void> {
  const server = new URL(testServers().postgresUrl)
  server.pathname = identity.kratos.database
  const client = postgres(server.href, { max: 1 })
  await client`delete from identity_credential_identifiers where identifier in ${client(names)}`
  await client.end()
}

const changesOf = async (id: string) => (await identity.events(id)).map(({ change }) => change)

describe('the nightly sweep', () => {
  it('tells what nobody told: new, changed, verified, inactive and deleted identities, each once', async () => {
    const ids = await import_(5)
    await sweep()
    for (const id of ids)
      expect(await identity.events(id)).toEqual([{ type: 'identity.identity.registered.v1', subject: id, version: 1, change: null }])
    const [traits = '', verified = '', inactive = '', deleted = '', same = ''] = ids
    await admin('PATCH', `/admin/identities/${traits}`, [{ op: 'replace', path: '/traits/name', value: 'Bea' }])
    await admin('PATCH', `/admin/identities/${verified}`, [{ op: 'replace', path: '/verifiable_addresses/0/verified', value: true }])
    await admin('PATCH', `/admin/identities/${inactive}`, [{ op: 'replace', path: '/state', value: 'inactive' }])
    await admin('DELETE', `/admin/identities/${deleted}`)
    await sweep()
    await sweep()
    expect(await Promise.all(ids.map(changesOf))).toEqual([
      [null, 'traits'],
      [null, 'verified'],
      [null, 'state'],
      [null, 'deleted', null],
      [null],
    ])
    expect(identity.revoked).toContainEqual({ scope: 'identity', id: inactive })
    expect(identity.revoked.filter(({ id }) => id === same)).toEqual([])
  })

  it('makes ways in of numbers from before they were any, and takes away those that another has proven', async () => {
    const phones = ['+31612340001', '+31612340002']
    const [mine = '', other = ''] = phones
    const [ann = '', bob = '', cleo = ''] = await import_(3)
    await sweep()
    const setPhone = (id: string, value: string) => admin('PATCH', `/admin/identities/${id}`, [{ op: 'add', path: '/traits/phone', value }])
    await setPhone(ann, mine)
    await setPhone(bob, other)
    await forgetIdentifiers(phones)
    await setPhone(cleo, other)
    expect(await identity.deps.kratos.findIdentity(mine)).toBeNull()
    await sweep()
    expect((await identity.deps.kratos.findIdentity(mine))?.id).toBe(ann)
    expect((await identity.deps.kratos.findIdentity(other))?.id).toBe(cleo)
    expect((await identity.deps.kratos.getIdentity(bob))?.traits).not.toHaveProperty('phone')
    const told = async (id: string) => (await identity.events(id)).filter(({ type }) => type === 'identity.contact.changed.v1').length
    expect(await Promise.all([ann, bob, cleo].map(told))).toEqual([0, 1, 0])
    await sweep()
    expect(await told(bob)).toBe(1)
  })

  it('numbers several changes of one identity', async () => {
    const [id = ''] = await import_(1)
    await sweep()
    await admin('PATCH', `/admin/identities/${id}`, [
      { op: 'replace', path: '/traits/name', value: 'Bea' },
      { op: 'replace', path: '/verifiable_addresses/0/verified', value: true },
      { op: 'replace', path: '/state', value: 'inactive' },
    ])
    await sweep()
    expect((await identity.events(id)).map(({ version, change }) => [version, change])).toEqual([
      [1, null],
      [2, 'traits'],
      [3, 'verified'],
      [4, 'state'],
    ])
  })

  it('reads page after page, and finds deletions between, before and behind all others', async () => {
    const ids = (await import_(40)).sort()
    const small = () => sweepAll(identity.deps, signal, 7)
    expect(await small()).toBeGreaterThanOrEqual(40)
    const gone = [ids[0], ids[6], ids[7], ids[8], ids[20], ids.at(-1)].map((id) => id ?? '')
    for (const id of gone) await admin('DELETE', `/admin/identities/${id}`)
    await small()
    expect(await Promise.all(gone.map(changesOf))).toEqual(gone.map(() => [null, 'deleted', null]))
    const told = await identity.database.owner.db.execute(
      sql`select count(*)::int as count from identities where deleted_at is not null and id = any(${sql.param(ids)}::uuid[])`,
    )
    expect(told[0]?.['count']).toBe(gone.length)
  })

  it('takes no outage of Kratos for a deletion', async () => {
    const [id = ''] = await import_(1)
    await sweep()
    await identity.kratos.databaseProxy.stop()
    await expect(sweep()).rejects.toThrow()
    await identity.kratos.databaseProxy.start()
    await until(async () => (await sweep()) > 0, { timeoutMs: 5_000 })
    expect(await changesOf(id)).toEqual([null])
  })

  it('goes on where it was cut, and runs for one instance at a time', async () => {
    await import_(1)
    const stopped = new AbortController()
    await requestFullSweep(identity.deps)
    stopped.abort()
    await runFullSweepWhenDue(identity.deps, stopped.signal)
    const [left] = await identity.database.owner.db.execute(sql`select next_run_at <= now() as due from full_sweep`)
    expect(left?.['due']).toBe(true)
    await Promise.all([1, 2, 3].map(() => runFullSweepWhenDue(identity.deps, signal)))
    const [row] = await identity.database.owner.db.execute(
      sql`select next_run_at > now() + interval '1 hour' and next_run_at < now() + interval '30 hours' as later, position from full_sweep`,
    )
    expect(row).toEqual({ later: true, position: null })
  })
})

describe('telling', () => {
  it('is once per change, however many look at the same time', async () => {
    const [id = ''] = await import_(1)
    const { syncIdentity } = await import('../src/sync.ts')
    await Promise.all(Array.from({ length: 20 }, () => syncIdentity(identity.deps, id)))
    expect(await identity.events(id)).toHaveLength(1)
    await admin('PATCH', `/admin/identities/${id}`, [{ op: 'replace', path: '/traits/locale', value: 'nl' }])
    await Promise.all(Array.from({ length: 20 }, () => syncIdentity(identity.deps, id)))
    expect((await identity.events(id)).map(({ version }) => version)).toEqual([1, 2])
  })
})
