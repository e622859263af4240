/** A wrong password costs the same whether anybody has the name. */
import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { sweepAll } from '../src/full-sweep.ts'
import { type Guarded, isUuid } from '../src/guard/guarded-paths.ts'
import { decoyHandle, hashAlike } from '../src/guard/hash-alike.ts'
import { guests } from '../src/schema.ts'
import type { UpstreamRequest } from '../src/upstream.ts'
import { type Identity, startIdentity } from './identity-fixture.ts'
import { aPerson, password } from './visitor.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity({ workers: false })
})
afterAll(() => identity.close())

const guarded: Guarded = { kind: 'flow', flow: 'login', pattern: '/self-service/login' }
const Names = z.object({ identifier: z.string() })
const handle = () => decoyHandle(identity.deps.guardKeys)

/** Whose passwords Kratos was asked about by the step itself. */
async function triedBeside(identifier: string, secret = 'not the password'): Promise<string[]> {
  const tried: string[] = []
  const { kratosPublic } = identity.deps
  const call = async (request: UpstreamRequest) => {
    if (request.method === 'POST') tried.push(Names.parse(JSON.parse(request.body ?? '')).identifier)
    return await kratosPublic.call(request)
  }
  const fields = { method: 'password', identifier, password: secret }
  const { id } = z.object({ id: z.string() }).parse((await identity.visitor().kratos('/self-service/login/api')).json)
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const submission = {
    method: 'POST',
    target: `/self-service/login?flow=${id}`,
    headers,
    body: JSON.stringify(fields),
    fields,
    lockKey: null,
  }
  const passage = { guarded, submission, credentials: {}, requestId: 'test', address: null, headers: new Headers() }
  await hashAlike({ ...identity.deps, kratosPublic: { ...kratosPublic, call } })(passage, ({ submission: { method, target, body } }) =>
    kratosPublic.call({ method, path: target, headers, body, timeoutMs: 5_000 }),
  )
  return tried
}

it('hashes for a name that nobody has', async () => {
  expect(await triedBeside(aPerson().email)).toEqual([handle()])
})

it('hashes for somebody who has no password', async () => {
  const person = aPerson()
  expect(await identity.deps.kratos.createIdentity({ ...person, locale: 'en' })).not.toBeNull()
  expect(await triedBeside(person.email)).toEqual([handle()])
})

it('hashes for a number, with which no password goes', async () => {
  const person = aPerson()
  const ann = identity.visitor()
  expect((await ann.register(person)).status).toBe(200)
  const phone = `+316${randomInt(10_000_000, 99_999_999)}`
  await identity.deps.kratos.patchIdentity((await ann.whoami()).userId ?? '', [{ op: 'add', path: '/traits/phone', value: phone }])
  expect((await identity.deps.kratos.findIdentity(phone))?.traits['email']).toBe(person.email)
  expect(await triedBeside(phone)).toEqual([handle()])
})

it('hashes once for somebody who has one, however the name is spelled', async () => {
  const person = aPerson()
  expect((await identity.visitor().register(person)).status).toBe(200)
  expect(await triedBeside(person.email)).toEqual([])
  expect(await triedBeside(` ${person.email.toUpperCase()} `)).toEqual([])
  expect(await triedBeside(person.email, password)).toEqual([])
})

it('is an account that nobody can use, with a hash like everybody’s, and survives the nightly look', async () => {
  await triedBeside(aPerson().email)
  const decoy = await identity.deps.kratos.findIdentity(handle())
  expect(decoy).toMatchObject({ state: 'inactive', schema_id: 'guest' })
  expect(await identity.deps.kratos.readPasswordHash(decoy?.id ?? '')).toMatch(/^\$2a\$12\$/)
  await sweepAll(identity.deps, new AbortController().signal)
  const adopted = await identity.deps.system.db.select({ id: guests.id }).from(guests)
  expect(isUuid(decoy?.id ?? '')).toBe(true)
  expect(adopted.map(({ id }) => id)).not.toContain(decoy?.id)
})

it('answers 503 rather than sooner when nothing can be hashed', async () => {
  const { kratosPublic } = identity.deps
  const none = { ...kratosPublic, call: async () => ({ status: 500, headers: {}, body: Buffer.from('{}') }) }
  const fields = { method: 'password', identifier: aPerson().email, password: 'not the password' }
  const submission = { method: 'POST', target: '/', headers: {}, body: '', fields, lockKey: null }
  const passage = { guarded, submission, credentials: {}, requestId: 'test', address: null, headers: new Headers() }
  const wrong = { status: 400, headers: {}, body: Buffer.from(JSON.stringify({ ui: { messages: [{ id: 4_000_006 }] } })) }
  const step = hashAlike({ ...identity.deps, kratosPublic: none })
  await expect(step(passage, async () => wrong)).rejects.toMatchObject({ code: 'identity-service-down' })
})
