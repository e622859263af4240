import { createLog } from '@app/log/log'
import { until } from '@app/testing/poll'
import { type PrivateKratos, startPrivateKratos } from '@app/testing/private-ory'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createSessionReader, type SessionCredentials, type SessionReader } from '../src/session.ts'
import { type RegisteredPerson, registerPerson, signInWithCookie } from './person.ts'

const log = createLog({ service: 'test', level: 'silent' })
let kratos: PrivateKratos
let reader: SessionReader
/** With Kratos' admin API, as identity has it: who was found once is looked up by the session's id. */
let readerById: SessionReader
let person: RegisteredPerson

beforeAll(async () => {
  kratos = await startPrivateKratos()
  reader = createSessionReader({ kratosPublicUrl: kratos.publicUrl, log })
  readerById = createSessionReader({ kratosPublicUrl: kratos.publicUrl, kratosAdminUrl: kratos.adminUrl, log })
  person = await registerPerson(kratos)
})

afterAll(async () => {
  reader?.close()
  readerById?.close()
  await kratos?.close()
})

const down = { code: 'identity-service-down', status: 503 }
const whoIs = (sessionToken: string) => reader.findSession({ sessionToken })

describe('a session', () => {
  it('is found by its token, with the person behind it', async () => {
    expect(await whoIs(person.sessionToken)).toMatchObject({
      id: person.sessionId,
      userId: person.userId,
      schemaId: 'person',
      assuranceLevel: 'aal1',
      methods: [{ method: 'password' }],
      traits: { email: person.email, name: 'Anna Bakker', locale: 'nl', phone: null },
      emailVerified: false,
      identityState: 'active',
      passwordSetAt: null,
    })
  })

  it('is found by Kratos’ cookie among others', async () => {
    const cookie = await signInWithCookie(kratos, person)
    expect(await reader.findSession({ cookie })).toMatchObject({ userId: person.userId })
  })

  it('shows a proven address and when the password was set', async () => {
    const { sessionToken, userId } = await registerPerson(kratos)
    const change = [
      { op: 'replace', path: '/verifiable_addresses/0/verified', value: true },
      { op: 'replace', path: '/verifiable_addresses/0/status', value: 'completed' },
      { op: 'add', path: '/metadata_public', value: { passwordSetAt: '2026-11-21T10:00:00+01:00' } },
    ]
    await admin(`/admin/identities/${userId}`, 'PATCH', change)
    expect(await whoIs(sessionToken)).toMatchObject({ emailVerified: true, passwordSetAt: '2026-11-21T09:00:00.000Z' })
  })
})

describe('there is no session', () => {
  it('behind an unknown token, a forged cookie, or nothing', async () => {
    expect(await whoIs(`ory_st_${'a'.repeat(32)}`)).toBeNull()
    expect(await reader.findSession({ cookie: `ory_kratos_session=${'A'.repeat(200)}` })).toBeNull()
    expect(await reader.findSession({})).toBeNull()
  })

  it('after it was revoked', async () => {
    const { sessionToken, sessionId } = await registerPerson(kratos)
    await admin(`/admin/sessions/${sessionId}`, 'DELETE')
    expect(await whoIs(sessionToken)).toBeNull()
  })

  it('behind a cookie that was good until all sessions were ended', async () => {
    const registered = await registerPerson(kratos)
    const cookie = await signInWithCookie(kratos, registered)
    expect(await reader.findSession({ cookie })).not.toBeNull()
    await admin(`/admin/identities/${registered.userId}/sessions`, 'DELETE')
    expect(await reader.findSession({ cookie })).toBeNull()
  })

  it('for an identity that was made inactive or deleted', async () => {
    const { sessionToken, userId } = await registerPerson(kratos)
    await admin(`/admin/identities/${userId}`, 'PATCH', [{ op: 'replace', path: '/state', value: 'inactive' }])
    expect(await whoIs(sessionToken)).toBeNull()
    await admin(`/admin/identities/${userId}`, 'DELETE')
    expect(await whoIs(sessionToken)).toBeNull()
  })
})

describe('a session that was found before, by its id', () => {
  it('is as whoami tells it, with what has changed since', async () => {
    const { sessionToken, userId } = await registerPerson(kratos)
    const first = await readerById.findSession({ sessionToken })
    expect(await readerById.findSession({ sessionToken })).toEqual(first)
    await admin(`/admin/identities/${userId}`, 'PATCH', [{ op: 'replace', path: '/traits/name', value: 'Anna de Wit' }])
    const changed = await readerById.findSession({ sessionToken })
    expect(changed).toMatchObject({ traits: { name: 'Anna de Wit' } })
    expect(changed).toEqual(await whoIs(sessionToken))
  })

  it.each<[string, (one: RegisteredPerson) => Promise<void>]>([
    ['it was revoked', ({ sessionId }) => admin(`/admin/sessions/${sessionId}`, 'DELETE')],
    ['all of the person were ended', ({ userId }) => admin(`/admin/identities/${userId}/sessions`, 'DELETE')],
    ['the person was deleted', ({ userId }) => admin(`/admin/identities/${userId}`, 'DELETE')],
    [
      'the person was made inactive',
      ({ userId }) => admin(`/admin/identities/${userId}`, 'PATCH', [{ op: 'replace', path: '/state', value: 'inactive' }]),
    ],
  ])('is none once %s', async (_, end) => {
    const one = await registerPerson(kratos)
    const { sessionToken } = one
    for (let twice = 0; twice < 2; twice += 1) expect(await readerById.findSession({ sessionToken })).not.toBeNull()
    await end(one)
    expect(await readerById.findSession({ sessionToken })).toBeNull()
  })
})

describe.each([
  ['asked by whoami', () => reader],
  ['asked by the id of the session', () => readerById],
])('%s, an outage is never "no session"', (_, readerOf) => {
  const whoIs = (sessionToken: string) => readerOf().findSession({ sessionToken })
  beforeAll(async () => {
    await whoIs(person.sessionToken)
  })

  afterEach(async () => {
    await kratos.databaseProxy.start()
    kratos.databaseProxy.resume()
    await kratos.start()
    await until(async () => (await whoIs(person.sessionToken)) !== null, { timeoutMs: 5_000 })
  })

  it('while its database is stopped, and is over within 5 s', async () => {
    await kratos.databaseProxy.stop()
    await expectDown(readerOf())
    await expect(whoIs(`ory_st_${'b'.repeat(32)}`)).rejects.toMatchObject(down)
    expect(await readerOf().ready().check()).not.toBeNull()
  })

  it('while its database is frozen: told within the time-out', async () => {
    kratos.databaseProxy.freeze()
    await expectDown(readerOf())
  })

  it('while Kratos itself is stopped', async () => {
    await kratos.stop()
    await expectDown(readerOf())
  })

  it('while connections to the database are reset under load', async () => {
    const counts = await askDuring(readerOf(), 4_000, () => kratos.databaseProxy.reset())
    expect(counts).toMatchObject({ none: 0 })
    expect(counts.found).toBeGreaterThan(0)
  })

  it('while the database kills every connection again and again', async () => {
    const counts = await askDuring(readerOf(), 8_000, kratos.killBackends)
    expect(counts).toMatchObject({ none: 0 })
    expect(counts.found).toBeGreaterThan(0)
    expect(counts.down).toBeGreaterThan(0)
  })
})

async function expectDown(reader: SessionReader): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    const began = performance.now()
    await expect(reader.findSession({ sessionToken: person.sessionToken })).rejects.toMatchObject(down)
    expect(performance.now() - began).toBeLessThan(1_900)
  }
}

/** Eight people, half of them with cookies, ask without a pause while `harm` is done every 0.15 s. */
async function askDuring(reader: SessionReader, durationMs: number, harm: () => Promise<void> | void) {
  const counts = { found: 0, down: 0, none: 0 }
  const people = await Promise.all(Array.from({ length: 8 }, () => registerPerson(kratos)))
  const credentials = await Promise.all(
    people.map(async (one, index) =>
      index % 2 === 0 ? { sessionToken: one.sessionToken } : { cookie: await signInWithCookie(kratos, one) },
    ),
  )
  const endsAt = performance.now() + durationMs
  const timer = setInterval(() => void harm(), 150)
  const ask = async (credential: SessionCredentials) => {
    while (performance.now() < endsAt) {
      const session = await reader.findSession(credential).catch((error: unknown) => {
        expect(error).toMatchObject(down)
        return 'down' as const
      })
      counts[session === 'down' ? 'down' : session === null ? 'none' : 'found'] += 1
    }
  }
  await Promise.all(credentials.map(ask))
  clearInterval(timer)
  return counts
}

async function admin(path: string, method: string, body?: unknown): Promise<void> {
  const content = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const answer = await fetch(kratos.adminUrl + path, { method, ...content })
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`)
}
