/** What people and administrators change at the same moment: Kratos saves the settings from a copy that it has read before. */
import { setTimeout as delay } from 'node:timers/promises'
import { until } from '@app/testing/poll'
import { startTcpProxy, type TcpProxy } from '@app/testing/tcp-proxy'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { secrets } from './identity-fixture.ts'
import { type People, startPeople } from './people-fixture.ts'
import { signUp } from './signed-up.ts'
import { aPerson, codeOf, password, type Visitor } from './visitor.ts'

let people: People
let hooks: TcpProxy
let admin: Visitor
beforeAll(async () => {
  const target = { host: '127.0.0.1', port: 1 }
  hooks = await startTcpProxy(target)
  people = await startPeople({ ory: { hooks: { url: `http://127.0.0.1:${hooks.port}`, secret: secrets.kratos } } })
  target.port = people.identity.internalPort
  admin = (await people.administrator()).admin
})
afterEach(() => hooks.resume())
afterAll(async () => {
  await people.close()
  await hooks.close()
})

const Started = z.object({ id: z.uuid() })
/** More than Kratos needs to read the identity and to ask the first hook, which is silent. */
const halfwayMs = 700
const identityOf = (userId: string) => people.identity.deps.kratos.getIdentity(userId)

/** Begins all of it while no hook answers, and lets the hooks answer once everything is as far as it gets. */
async function atOnce<T>(...begin: readonly (() => Promise<T>)[]): Promise<T[]> {
  hooks.freeze()
  const begun: Promise<T>[] = []
  for (const one of begin) {
    begun.push(one())
    await delay(halfwayMs)
  }
  hooks.resume()
  return await Promise.all(begun)
}

describe('settings that are just being saved', () => {
  it('bring nobody back whom an administrator deactivates meanwhile', async () => {
    const { ann, userId, email } = await people.person()
    const flow = await ann.open('settings')
    const [saved, deactivated] = await atOnce(
      () => ann.submit('settings', { method: 'profile', traits: aPerson({ email, name: 'Bea Lee' }) }, flow),
      () => people.act(admin, userId, 'deactivate'),
    )
    expect([saved?.status, deactivated?.status]).toEqual([200, 200])
    expect((await identityOf(userId))?.state).toBe('inactive')
    expect((await ann.whoami()).status).toBe(401)
  })

  it('give no account back to whoever registered the address of a new administrator', async () => {
    const { ann, userId, email } = await signUp(people.identity)
    const flow = await ann.open('settings')
    const body = { email, name: 'Ada Admin' }
    const answers = await atOnce<{ status: number }>(
      () => ann.submit('settings', { method: 'profile', traits: aPerson({ email, name: 'Bea Lee' }) }, flow),
      () => people.identity.internal('/internal/administrators', { method: 'POST', body, secret: secrets.operator }),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect((await identityOf(userId))?.state).toBe('inactive')
    expect((await ann.whoami()).status).toBe(401)
  })

  it('leave a new address as it is', async () => {
    const { ann, userId, email } = await people.person()
    const next = aPerson().email
    const asked = await ann.guard('POST', '/api/v1/contact/email', { body: { email: next } })
    const { id } = Started.parse(asked.json)
    const code = await until(async () => people.mailsTo(next).at(-1)?.code)
    const flow = await ann.open('settings')
    const [saved, confirmed] = await atOnce(
      () => ann.submit('settings', { method: 'profile', traits: aPerson({ email, name: 'Bea Lee' }) }, flow),
      () => ann.guard('POST', `/api/v1/contact/${id}/code`, { body: { code } }),
    )
    expect([saved?.status, confirmed?.status]).toEqual([200, 200])
    expect((await identityOf(userId))?.traits).toMatchObject({ email: next, name: 'Bea Lee' })
  })

  it('of two flows both count', async () => {
    const { ann, userId, email } = await people.person()
    const [name, secret] = [await ann.open('settings'), await ann.open('settings')]
    const next = 'another horse battery 8'
    const answers = await atOnce(
      () => ann.submit('settings', { method: 'profile', traits: aPerson({ email, name: 'Bea Lee' }) }, name),
      () => ann.submit('settings', { method: 'password', password: next }, secret),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect((await identityOf(userId))?.traits['name']).toBe('Bea Lee')
    expect((await people.identity.visitor().signIn(email, next)).status).toBe(200)
    expect((await people.identity.visitor().signIn(email, password)).status).toBe(400)
  })

  it('wait for whoever changes the person, and say so when that takes too long', async () => {
    const { ann, userId, email } = await people.person()
    const flow = await ann.open('settings')
    const save = () => ann.submit('settings', { method: 'profile', traits: aPerson({ email }) }, flow)
    const refused = await people.identity.deps.locks.hold(`person:${userId}`, 1_000, save)
    expect([refused?.status, refused && codeOf(refused), refused?.headers.get('retry-after')]).toEqual([409, 'submission-in-progress', '2'])
    expect((await save()).status).toBe(200)
  })

  it('however many there are, an administrator waits for one of them', async () => {
    const { ann, userId, email } = await people.person()
    const flows = await Promise.all(Array.from({ length: 9 }, () => ann.open('settings')))
    const saving = flows.map((flow) => () => ann.submit('settings', { method: 'profile', traits: aPerson({ email }) }, flow))
    const answers = await atOnce(
      () => Promise.all(saving.map((save) => save())),
      async () => [await people.act(admin, userId, 'deactivate')],
    )
    expect(answers[1]?.map(({ status }) => status)).toEqual([200])
    expect((await identityOf(userId))?.state).toBe('inactive')
  })
})
