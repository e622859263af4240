import { until } from '@app/testing/poll'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type People, startPeople } from './people-fixture.ts'
import { aPerson, codeOf, type Visitor } from './visitor.ts'

let people: People
let admin: Visitor
beforeAll(async () => {
  people = await startPeople()
  admin = (await people.administrator()).admin
})
afterAll(() => people.close())
beforeEach(() => {
  people.notifications.state.down = false
})

const post = (path: string, visitor = admin) => visitor.guard('POST', `/api/v1/people/invitations/${path}`)
const bare = ({ status, text }: { status: number; text: string }) => [status, text.replace(/"requestId":"[^"]*"/, '')]

describe('inviting', () => {
  it('creates a person without a way in, and mails a link that leads to a password and proves the address', async () => {
    const traits = aPerson({ locale: 'nl' })
    const { invitation, token } = await people.invited(admin, traits)
    expect(invitation).toMatchObject({ email: traits.email, name: 'Ann Lee', state: 'open', handedOver: true })
    expect(Date.parse(invitation.expiresAt) - Date.parse(invitation.sentAt)).toBe(72 * 3_600_000)
    expect(people.mailsTo(traits.email)).toMatchObject([{ kind: 'invitation', locale: 'nl', code: null }])
    expect(await people.security(admin, invitation.personId)).toMatchObject({
      state: 'active',
      emailVerified: false,
      factors: { password: false, totp: false, passkeys: 0 },
      invitation: { state: 'open' },
    })
    const inside = await people.comeIn(token)
    await people.setPassword(inside, 'a staple of my own 4')
    expect((await inside.visitor.guard('GET', '/api/v1/session')).json).toMatchObject({ userId: invitation.personId, emailVerified: true })
    expect((await people.identity.visitor().signIn(traits.email, 'a staple of my own 4')).status).toBe(200)
    expect(await people.security(admin, invitation.personId)).toMatchObject({ emailVerified: true, invitation: { state: 'accepted' } })
    const told = (await people.identity.events(invitation.personId)).map(({ type }) => type)
    expect(told.filter((type) => type === 'identity.person.invited.v1')).toHaveLength(1)
  })

  it('is repeatable by address, and mails once', async () => {
    const traits = aPerson()
    const first = await people.invite(admin, traits)
    const second = await people.invite(admin, { ...traits, email: traits.email.toUpperCase() })
    expect([first.status, second.status]).toEqual([201, 200])
    expect(second.json).toEqual(first.json)
    expect(people.mailsTo(traits.email)).toHaveLength(1)
  })

  it('makes one person and one open link when asked several times at once', async () => {
    const traits = aPerson()
    const heard = await Promise.all(Array.from({ length: 6 }, () => people.invite(admin, traits)))
    expect(heard.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(heard.map(({ status }) => status).every((status) => [200, 201, 409].includes(status))).toBe(true)
    expect((await people.invite(admin, traits)).status).toBe(200)
    expect(people.mailsTo(traits.email)).toHaveLength(1)
  })

  it('refuses an address that somebody has, whether they came by invitation or by themselves', async () => {
    const { email } = await people.person()
    const { token, email: invited } = await people.invited(admin)
    await people.comeIn(token)
    for (const taken of [email, invited]) {
      const heard = await people.invite(admin, aPerson({ email: taken }))
      expect([heard.status, codeOf(heard)]).toEqual([409, 'person-exists'])
    }
  })

  it.each([
    ['a look-alike address', { email: 'ann@xn--80ak6aa92e.com' }, 'email'],
    ['what is no address', { email: 'ann' }, 'email'],
    ['a name that hides something', { name: 'An\u200bn' }, 'name'],
    ['a language that we do not speak', { locale: 'tlh' }, 'locale'],
  ])('refuses %s at its field', async (_, change, field) => {
    const heard = await people.invite(admin, aPerson(change))
    expect(heard.status).toBe(400)
    expect(heard.json).toMatchObject({ errors: [{ path: field }] })
  })

  it('takes up what a killed process has left between Kratos and our rows', async () => {
    const traits = { email: aPerson().email, name: 'Ann Lee', locale: 'en' as const }
    await people.identity.deps.kratos.createInvited(traits)
    expect((await people.invite(admin, traits)).status).toBe(201)
    expect(people.mailsTo(traits.email)).toHaveLength(1)
  })

  it('loses no mail while notifications is down, and sends the same one', async () => {
    people.notifications.state.down = true
    const traits = aPerson()
    const heard = await people.invite(admin, traits)
    expect([heard.status, heard.json]).toEqual([201, expect.objectContaining({ handedOver: false })])
    people.notifications.state.down = false
    await until(() => people.mailsTo(traits.email).length === 1, { timeoutMs: 8_000, everyMs: 100 })
    expect((await people.redeem(people.tokenTo(traits.email))).status).toBe(200)
  })

  it('keeps no token once the mail is handed over', async () => {
    const { token } = await people.invited(admin)
    const rows = await people.identity.database.owner.db.execute(sql`select setup_links::text as text from setup_links`)
    expect(JSON.stringify(rows)).not.toContain(token)
  })
})

describe('a link of an invitation', () => {
  it('answers unknown, used, expired, withdrawn and replaced ones alike, and those of the deactivated', async () => {
    const [used, expired, withdrawn, replaced, shutOut] = await Promise.all(Array.from({ length: 5 }, () => people.invited(admin)))
    if (!used || !expired || !withdrawn || !replaced || !shutOut) throw new Error('five were invited')
    await people.redeem(used.token)
    await people.identity.database.owner.db.execute(
      sql`update setup_links set expires_at = now() - interval '1 second' where id = ${expired.invitation.id}`,
    )
    expect((await post(`${withdrawn.invitation.id}/withdraw`)).json).toMatchObject({ state: 'withdrawn' })
    expect((await post(`${replaced.invitation.id}/resend`)).status).toBe(200)
    expect((await people.act(admin, shutOut.invitation.personId, 'deactivate')).status).toBe(200)
    const tokens = ['nothing', ...[used, expired, withdrawn, replaced, shutOut].map(({ token }) => token)]
    const texts = await Promise.all(tokens.map(async (token) => JSON.stringify(bare(await people.redeem(token)))))
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]).toContain('setup-link-invalid')
    expect((await people.redeem(people.tokenTo(replaced.email))).status).toBe(200)
  })

  it('works for one of ten who come at once', async () => {
    const { token } = await people.invited(admin)
    const statuses = (await Promise.all(Array.from({ length: 10 }, () => people.redeem(token)))).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, ...Array.from({ length: 9 }, () => 410)])
  })

  it('is not used up by whoever only opens it', async () => {
    const { token } = await people.invited(admin)
    const scanner = people.identity.visitor()
    for (const path of ['/api/v1/setup-links/redeem', `/api/v1/setup-links/redeem?token=${token}`]) {
      expect((await scanner.guard('GET', path)).status).toBe(405)
    }
    expect((await people.redeem(token)).status).toBe(200)
  })

  it('is dead when the person has another address by now, or has come in by recovery', async () => {
    const [moved, recovered] = [await people.invited(admin), await people.invited(admin)]
    await people.identity.deps.kratos.patchIdentity(moved.invitation.personId, [
      { op: 'replace', path: '/traits/email', value: aPerson().email },
    ])
    expect((await people.redeem(moved.token)).status).toBe(410)
    await people.identity.deps.kratos.patchIdentity(recovered.invitation.personId, [
      { op: 'replace', path: '/verifiable_addresses/0/verified', value: true },
    ])
    await people.identity.internal(`/internal/identities/${recovered.invitation.personId}`, { secret: 'users-secret-of-tests' })
    expect((await people.redeem(recovered.token)).status).toBe(410)
    expect((await post(`${recovered.invitation.id}/resend`)).status).toBe(409)
  })

  it('survives an outage of Kratos', async () => {
    const { token } = await people.invited(admin)
    await people.identity.kratos.databaseProxy.stop()
    expect(codeOf(await people.redeem(token))).toBe('identity-service-down')
    await people.identity.kratos.databaseProxy.start()
    await until(async () => (await people.redeem(token)).status === 200, { timeoutMs: 8_000, everyMs: 200 })
  })
})

describe('open invitations', () => {
  it('are listed newest first, in pages, until they are over', async () => {
    const [first, second] = [await people.invited(admin), await people.invited(admin)]
    const list = async (query = '') => (await admin.guard('GET', `/api/v1/people/invitations${query}`)).json
    expect(await list('?limit=1')).toMatchObject({
      items: [{ id: second.invitation.id, email: second.email }],
      nextCursor: expect.any(String),
    })
    await post(`${first.invitation.id}/withdraw`)
    expect(JSON.stringify(await list())).not.toContain(first.invitation.id)
    expect(JSON.stringify(await list())).not.toMatch(/token/i)
  })

  it('are withdrawn repeatably, and not once they were accepted', async () => {
    const { invitation } = await people.invited(admin)
    expect([(await post(`${invitation.id}/withdraw`)).status, (await post(`${invitation.id}/withdraw`)).status]).toEqual([200, 200])
    expect(codeOf(await post(`${invitation.id}/resend`))).toBe('invitation-over')
    const other = await people.invited(admin)
    await people.comeIn(other.token)
    expect(codeOf(await post(`${other.invitation.id}/withdraw`))).toBe('invitation-over')
    expect(codeOf(await post('0199a000-0000-7000-8000-000000000001/withdraw'))).toBe('invitation-not-found')
  })

  it('can be made again after a withdrawal', async () => {
    const { invitation, email } = await people.invited(admin)
    await post(`${invitation.id}/withdraw`)
    expect((await people.invite(admin, aPerson({ email }))).status).toBe(201)
    expect((await people.redeem(people.tokenTo(email))).status).toBe(200)
  })
})

describe('who may invite', () => {
  it('is nobody but administrators, whatever ids they name', async () => {
    const { ann } = await people.person()
    const { invitation } = await people.invited(admin)
    const unknown = '0199a000-0000-7000-8000-000000000001'
    expect((await people.invite(people.identity.visitor())).status).toBe(401)
    expect(codeOf(await people.invite(ann))).toBe('forbidden')
    expect((await ann.guard('GET', '/api/v1/people/invitations')).status).toBe(403)
    for (const verb of ['resend', 'withdraw']) {
      const [known, other] = [bare(await post(`${invitation.id}/${verb}`, ann)), bare(await post(`${unknown}/${verb}`, ann))]
      expect(known).toEqual(other)
      expect(known[0]).toBe(403)
    }
  })

  it('is not said while Keto is down', async () => {
    await people.keto.databaseProxy.stop()
    try {
      const traits = aPerson()
      expect(codeOf(await people.invite(admin, traits))).toBe('permission-service-down')
      expect(await people.identity.deps.kratos.findIdentity(traits.email)).toBeNull()
    } finally {
      await people.keto.databaseProxy.start()
    }
  })

  it('does not fall to another site', async () => {
    const heard = await admin.guard('POST', '/api/v1/people', { body: aPerson(), headers: { origin: 'http://evil.example' } })
    expect(codeOf(heard)).toBe('cross-origin')
  })
})
