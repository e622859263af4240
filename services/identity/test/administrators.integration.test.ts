import { PermissionServiceDown } from '@app/contracts/common-problems'
import { createLog } from '@app/log/log'
import { createPermissionChecker, type PermissionChecker } from '@app/ory/permissions'
import { createTupleWriter, type TupleWriter } from '@app/ory/tuples'
import { until } from '@app/testing/poll'
import { type PrivateKeto, startPrivateKeto } from '@app/testing/private-ory'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Identity, publicOrigin, secrets, startIdentity } from './identity-fixture.ts'
import { aPerson, codeOf, password } from './visitor.ts'

let keto: PrivateKeto
let permissions: PermissionChecker
let tuples: TupleWriter<'Platform'>
let identity: Identity
beforeAll(async () => {
  keto = await startPrivateKeto()
  const log = createLog({ service: 'identity', level: 'silent' })
  permissions = createPermissionChecker({ ketoReadUrl: keto.readUrl, log })
  tuples = createTupleWriter({ ketoReadUrl: keto.readUrl, ketoWriteUrl: keto.writeUrl, owns: ['Platform'], log })
  identity = await startIdentity({ permissions, tuples })
})
afterAll(async () => {
  await identity.close()
  permissions.close()
  tuples.close()
  await keto.close()
})

const Created = z.object({ userId: z.uuid(), created: z.boolean(), link: z.string(), expiresAt: z.iso.datetime() })
const Redeemed = z.object({ flowId: z.string(), code: z.string() })
const Passed = z.object({ continue_with: z.array(z.object({ action: z.string(), flow: z.object({ id: z.string() }).optional() })) })

async function create(email: string, more: Record<string, unknown> = {}) {
  const answer = await identity.internal('/internal/administrators', { method: 'POST', body: { email, ...more }, secret: secrets.operator })
  expect(answer.status).toBe(200)
  const made = Created.parse(answer.json)
  expect(made.link.startsWith(`${publicOrigin}/setup#`)).toBe(true)
  return { ...made, token: made.link.slice(`${publicOrigin}/setup#`.length) }
}

const redeem = (token: string) => identity.visitor().guard('POST', '/api/v1/setup-links/redeem', { body: { token } })
const isAdmin = (userId: string) => permissions.isAllowed('Platform', 'vestibule', 'administer', userId)

/** From a link to a session with a new password, as the setup screen does it. */
async function setUp(token: string, secret = 'the new staple 9') {
  const admin = identity.visitor()
  const { flowId, code } = Redeemed.parse((await admin.guard('POST', '/api/v1/setup-links/redeem', { body: { token } })).json)
  const recovered = await admin.guard('POST', `/self-service/recovery?flow=${flowId}`, { body: { method: 'code', code } })
  expect(recovered.status).toBe(200)
  const settings = Passed.parse(recovered.json).continue_with.find(({ action }) => action === 'show_settings_ui')?.flow?.id ?? ''
  const flow = z.object({
    ui: z.object({ nodes: z.array(z.object({ attributes: z.object({ name: z.string().optional(), value: z.unknown().optional() }) })) }),
  })
  const { ui } = flow.parse((await admin.kratos(`/self-service/settings/flows?id=${settings}`)).json)
  const csrf = ui.nodes.find(({ attributes }) => attributes.name === 'csrf_token')?.attributes.value
  const saved = await admin.submit('settings', { method: 'password', password: secret }, { id: settings, csrf: String(csrf) })
  expect(saved.status).toBe(200)
  return admin
}

describe('creating an administrator', () => {
  it('makes a verified identity, the tuple, and a link that leads to a password', async () => {
    const { email } = aPerson()
    const made = await create(email, { name: 'Ada Admin', locale: 'nl' })
    expect(made.created).toBe(true)
    expect(await isAdmin(made.userId)).toBe(true)
    const stored = await identity.deps.kratos.getIdentity(made.userId)
    expect(stored?.traits).toEqual({ email, name: 'Ada Admin', locale: 'nl' })
    const admin = await setUp(made.token)
    expect((await admin.guard('GET', '/api/v1/session')).json).toMatchObject({ userId: made.userId, emailVerified: true })
    const asked = {
      checks: [
        { namespace: 'Platform', object: 'vestibule', permit: 'administer' },
        { namespace: 'Platform', object: 'other', permit: 'administer' },
      ],
    }
    expect((await admin.guard('POST', '/api/v1/permissions/check', { body: asked })).json).toEqual({
      results: [{ allowed: true }, { allowed: false }],
    })
    expect((await identity.visitor().signIn(email, 'the new staple 9')).status).toBe(200)
    expect((await identity.events(made.userId)).filter(({ type }) => type === 'identity.identity.registered.v1')).toHaveLength(1)
  })

  it('takes the name from the address, and is repeatable', async () => {
    const { email } = aPerson()
    const [first, second] = [await create(email), await create(email.toUpperCase())]
    expect([first.created, second.created, second.userId]).toEqual([true, false, first.userId])
    expect((await identity.deps.kratos.getIdentity(first.userId))?.traits).toMatchObject({ name: email.split('@')[0], locale: 'en' })
    expect(codeOf(await redeem(first.token))).toBe('setup-link-invalid')
    expect((await redeem(second.token)).status).toBe(200)
  })

  it('makes one identity when asked several times at once', async () => {
    const { email } = aPerson()
    const made = await Promise.all(Array.from({ length: 5 }, () => create(email)))
    expect(new Set(made.map(({ userId }) => userId)).size).toBe(1)
    expect(made.filter(({ created }) => created)).toHaveLength(1)
  })

  it('leaves the password and session of somebody who proved the address', async () => {
    const person = aPerson()
    const ann = identity.visitor()
    await ann.register(person)
    const { userId } = await ann.whoami()
    await identity.deps.kratos.patchIdentity(userId ?? '', [{ op: 'replace', path: '/verifiable_addresses/0/verified', value: true }])
    expect((await create(person.email)).userId).toBe(userId)
    expect((await ann.whoami()).status).toBe(200)
    expect((await identity.visitor().signIn(person.email)).status).toBe(200)
  })

  it('shuts out whoever registered the address without proving it', async () => {
    const person = aPerson()
    const squatter = identity.visitor()
    await squatter.register(person)
    const { userId } = await squatter.whoami()
    const made = await create(person.email)
    expect(made).toMatchObject({ created: false, userId })
    expect((await squatter.whoami()).status).toBe(401)
    expect((await identity.visitor().signIn(person.email, password)).status).toBe(400)
    const admin = await setUp(made.token)
    expect((await admin.guard('GET', '/api/v1/session')).json).toMatchObject({ userId, emailVerified: true })
  })

  it.each([
    ['a look-alike', { email: 'ann@xn--80ak6aa92e.com' }],
    ['a name that hides something', { email: 'ann@example.org', name: 'An\u200bn' }],
    ['no address', {}],
  ])('refuses %s', async (_, body) => {
    const answer = await identity.internal('/internal/administrators', { method: 'POST', body, secret: secrets.operator })
    expect(answer.status).toBe(400)
  })

  it.each([undefined, secrets.users, secrets.kratos])('is for the operator alone', async (secret) => {
    const answer = await identity.internal('/internal/administrators', {
      method: 'POST',
      body: { email: 'a@example.org' },
      ...(secret === undefined ? {} : { secret }),
    })
    expect([401, 403]).toContain(answer.status)
  })
})

describe('recovering', () => {
  it('lets in somebody who was made inactive, and nobody with an old session', async () => {
    const { email } = aPerson()
    const made = await create(email)
    const before = await setUp(made.token)
    await identity.deps.kratos.patchIdentity(made.userId, [{ op: 'replace', path: '/state', value: 'inactive' }])
    const again = await create(email)
    expect(again).toMatchObject({ userId: made.userId, created: false })
    const admin = await setUp(again.token, 'yet another staple 10')
    expect((await admin.guard('GET', '/api/v1/session')).status).toBe(200)
    expect((await before.whoami()).status).toBe(401)
  })

  it('replaces a deleted identity, whose rights end', async () => {
    const { email } = aPerson()
    const made = await create(email)
    await fetch(`${identity.kratos.adminUrl}/admin/identities/${made.userId}`, { method: 'DELETE' })
    expect((await redeem(made.token)).status).toBe(410)
    const again = await create(email)
    expect(again.created).toBe(true)
    expect(again.userId).not.toBe(made.userId)
    // Whoever asks about the old one finds out that it is gone.
    expect((await identity.internal(`/internal/identities/${made.userId}`, { secret: secrets.users })).status).toBe(404)
    await until(async () => !(await isAdmin(made.userId)))
    expect(await isAdmin(again.userId)).toBe(true)
    expect((await identity.events(made.userId)).map(({ change }) => change)).toEqual([null, 'deleted', null])
    const { json } = await identity.internal('/internal/administrators', { secret: secrets.operator })
    const { items } = z.object({ items: z.array(z.object({ userId: z.string(), email: z.string().nullable() })) }).parse(json)
    expect(items).toContainEqual(expect.objectContaining({ userId: again.userId, email }))
    expect(items.map(({ userId }) => userId)).not.toContain(made.userId)
  })
})

describe('a setup link', () => {
  it('answers unknown, used, expired and hostile tokens alike', async () => {
    const { token } = await create(aPerson().email)
    const used = (await create(aPerson().email)).token
    await redeem(used)
    const old = await create(aPerson().email)
    await identity.database.owner.db.execute(
      sql`update setup_links set expires_at = now() - interval '1 second' where identity_id = ${old.userId}`,
    )
    const texts = await Promise.all(
      ['nothing', used, old.token, `${token} `, token.toLowerCase(), "' or 1=1 --"].map(async (tried) => {
        const { status, text } = await redeem(tried)
        return [status, text.replace(/"requestId":"[^"]*"/, '')]
      }),
    )
    expect(new Set(texts.map((text) => JSON.stringify(text))).size).toBe(1)
    expect(texts[0]?.[0]).toBe(410)
    expect((await redeem(token)).status).toBe(200)
  })

  it('works once for ten who come at the same time', async () => {
    const { token } = await create(aPerson().email)
    const statuses = (await Promise.all(Array.from({ length: 10 }, () => redeem(token)))).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, ...Array.from({ length: 9 }, () => 410)])
  })

  it('lasts a day and is not stored', async () => {
    const { token, expiresAt } = await create(aPerson().email)
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 86_400_000)).toBeLessThan(60_000)
    const rows = await identity.database.owner.db.execute(sql`select setup_links::text as text from setup_links`)
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  it('is not used up while Kratos is down', async () => {
    const { token } = await create(aPerson().email)
    await identity.kratos.databaseProxy.stop()
    expect(codeOf(await redeem(token))).toBe('identity-service-down')
    await identity.kratos.databaseProxy.start()
    await until(async () => (await redeem(token)).status === 200, { timeoutMs: 5_000, everyMs: 200 })
  })

  it('does not fall to another site', async () => {
    const { token } = await create(aPerson().email)
    const answer = await identity
      .visitor()
      .guard('POST', '/api/v1/setup-links/redeem', { body: { token }, headers: { origin: 'http://evil.example' } })
    expect(answer.status).toBe(403)
  })
})

describe('while Keto is down', () => {
  it('an administrator is made, and counts once it is back', async () => {
    await keto.databaseProxy.stop()
    const made = await create(aPerson().email)
    await expect(isAdmin(made.userId)).rejects.toSatisfy((error) => PermissionServiceDown.is(error))
    const ann = identity.visitor()
    await ann.register()
    const asked = { checks: [{ namespace: 'Platform', object: 'vestibule', permit: 'administer' }] }
    const answer = await ann.guard('POST', '/api/v1/permissions/check', { body: asked })
    expect([answer.status, codeOf(answer)]).toEqual([503, 'permission-service-down'])
    await keto.databaseProxy.start()
    await until(() => isAdmin(made.userId), { timeoutMs: 5_000, everyMs: 100 })
  })

  it('a question about a permit that does not exist is 400, not no', async () => {
    const ann = identity.visitor()
    await ann.register()
    const answer = await ann.guard('POST', '/api/v1/permissions/check', {
      body: { checks: [{ namespace: 'Platform', object: 'vestibule', permit: 'admin' }] },
    })
    expect(answer.status).toBe(400)
    expect(
      (
        await identity
          .visitor()
          .guard('POST', '/api/v1/permissions/check', { body: { checks: [{ namespace: 'Platform', object: 'x', permit: 'administer' }] } })
      ).status,
    ).toBe(401)
  })
})
