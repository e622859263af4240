/** The service as a process of its own, killed in the worst moments. */
import { fileURLToPath } from 'node:url'
import { until } from '@app/testing/poll'
import { type ServerProcess, startServerProcess } from '@app/testing/server-process'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventsIn, type ProcessSettings, type Surroundings, secrets, startSurroundings } from './identity-fixture.ts'
import { aPerson, password, Visitor } from './visitor.ts'

let around: Surroundings
let service: ServerProcess
beforeAll(async () => {
  around = await startSurroundings()
  const { port, internalPort, kratos, database } = around
  const settings: ProcessSettings = {
    port,
    internalPort,
    kratosSecret: secrets.kratos,
    kratos: { publicUrl: kratos.publicUrl, adminUrl: kratos.adminUrl },
    database: { url: database.url, name: database.name, passwords: database.passwords },
  }
  service = await startServerProcess({
    file: process.execPath,
    args: [fileURLToPath(new URL('./process.ts', import.meta.url))],
    env: { TEST_SETTINGS: JSON.stringify(settings) },
    readyUrl: `http://127.0.0.1:${internalPort}/health/live`,
  })
})
afterAll(async () => {
  await service.stop()
  await around.close()
})

beforeEach(() => service.start())

const visitor = () => new Visitor(`http://127.0.0.1:${around.port}`, around.kratos.publicUrl)

const rows = async (query: ReturnType<typeof sql>) => [...(await around.database.owner.db.execute(query))]

/** By Kratos' admin API. */
async function idOf(email: string): Promise<string | null> {
  const answer = await fetch(`${around.kratos.adminUrl}/admin/identities?credentials_identifier=${encodeURIComponent(email)}`)
  const found: unknown = await answer.json()
  return Array.isArray(found) && found[0] ? String(found[0].id) : null
}

/** Kills the service as soon as something is so, or the registration is over. */
async function registerAndKill(visitor: Visitor, person: ReturnType<typeof aPerson>, when: () => Promise<boolean>): Promise<void> {
  const flow = await visitor.open('registration')
  let over = false
  const answer = visitor
    .submit('registration', { method: 'password', password, traits: person }, flow)
    // The guard dies with the service: the person sees an error and does not know.
    .catch(() => null)
    .finally(() => {
      over = true
    })
  await until(async () => over || (await when()), { everyMs: 1, timeoutMs: 30_000 })
  await service.kill()
  await answer
}

describe('killed with kill -9', () => {
  it('between the deciding and the telling hook, it tells the person once after its start', async () => {
    const person = aPerson()
    // Straight to Kratos, as a submission goes on whose guard was killed. What telling needs is away until the kill.
    await around.database.owner.db.execute(sql`alter table identities rename to away`)
    await registerAndKill(
      new Visitor(around.kratos.publicUrl, around.kratos.publicUrl),
      person,
      async () => (await idOf(person.email)) !== null,
    )
    await around.database.owner.db.execute(sql`alter table away rename to identities`)
    const id = await idOf(person.email)
    expect(id).not.toBeNull()
    expect(await eventsIn(around.database)).toEqual([])
    await service.start()
    await until(async () => (await rows(sql`select 1 from pending_syncs`)).length === 0, { timeoutMs: 30_000 })
    expect(await eventsIn(around.database)).toEqual([{ type: 'identity.identity.registered.v1', subject: id, version: 1, change: null }])
  }, 120_000)

  it('at any moment of a registration, it tells whomever Kratos has, once', async () => {
    const moments: Record<string, (email: string) => Promise<boolean>> = {
      'at once': async () => true,
      'when the intent is written': async (email) => (await rows(sql`select 1 from pending_syncs where subject = ${email}`)).length > 0,
      'when Kratos has the identity': async (email) => (await idOf(email)) !== null,
      'when it is told': async (email) => (await rows(sql`select 1 from outbox where subject = ${await idOf(email)}`)).length > 0,
    }
    const ids: string[] = []
    for (const when of Object.values(moments)) {
      const person = aPerson()
      await registerAndKill(visitor(), person, () => when(person.email))
      await service.start()
      const id = await idOf(person.email)
      if (id !== null) ids.push(id)
    }
    expect(ids.length).toBeGreaterThan(0)
    const told = () => Promise.all(ids.map(async (id) => (await eventsIn(around.database, id)).length))
    await until(async () => (await told()).every((count) => count > 0), { timeoutMs: 30_000 })
    await until(async () => (await rows(sql`select 1 from pending_syncs where kind = 'identity'`)).length === 0, { timeoutMs: 30_000 })
    expect(await told()).toEqual(ids.map(() => 1))
  }, 180_000)

  it('while it holds a flow, the flow is free again at once', async () => {
    const person = aPerson()
    await visitor().register(person)
    const ann = visitor()
    const flow = await ann.open('login')
    around.kratos.databaseProxy.freeze()
    const lost = ann.submit('login', { method: 'password', identifier: person.email, password }, flow).catch(() => 'lost')
    await until(
      async () =>
        (
          await rows(
            sql`select 1 from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database()) and objsubid = 1`,
          )
        ).length > 0,
    )
    await service.kill()
    around.kratos.databaseProxy.resume()
    expect(await lost).toBe('lost')
    await service.start()
    const answer = await ann.submit('login', { method: 'password', identifier: person.email, password }, flow)
    expect(answer.status).toBe(200)
  })
})
