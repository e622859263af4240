import { until } from '@app/testing/poll'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callInternal, type Identity, secrets, startIdentity } from './identity-fixture.ts'
import { aPerson, messageIds, password } from './visitor.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const lookUp = (email: string) => identity.deps.kratos.findIdentity(email)

describe('registration', () => {
  it('stores one spelling, notes when the password was set and tells once', async () => {
    const ann = identity.visitor()
    const person = aPerson()
    const answer = await ann.register({ ...person, email: person.email.toUpperCase(), name: '  Ann   Lee ' })
    expect(answer.status).toBe(200)
    const stored = await lookUp(person.email)
    expect(stored?.traits).toEqual({ ...person, name: 'Ann Lee' })
    expect(Date.parse(String(stored?.metadata_public?.['passwordSetAt']))).toBeGreaterThan(Date.now() - 60_000)
    const id = stored?.id ?? ''
    await until(async () => (await identity.events(id)).length > 0)
    expect(await identity.events(id)).toEqual([{ type: 'identity.identity.registered.v1', subject: id, version: 1, change: null }])
    expect((await ann.whoami()).userId).toBe(id)
  })

  it.each([
    ['a zero-width space', { email: 'a\u200bnn@example.org' }, { 'traits.email': [9_000_001] }],
    ['a Cyrillic letter', { email: 'аnn@example.org' }, { 'traits.email': [9_000_001] }],
    ['a Cyrillic domain that reads as Latin', { email: 'ann@xn--80ak6aa92e.com' }, { 'traits.email': [9_000_001] }],
    ['an address without a domain', { email: 'ann@localhost' }, { 'traits.email': [9_000_002] }],
    ['a phone number', { phone: '+31612345678' }, { 'traits.phone': [9_000_004] }],
    ['a name that reorders text', { name: 'Ann \u202eeeL' }, { 'traits.name': [9_000_006] }],
    ['a name of two scripts', { name: 'Аnn' }, { 'traits.name': [9_000_006] }],
    [
      'everything at once',
      { email: 'аnn@example.org', name: '\u200b', phone: '+31612345678' },
      { 'traits.email': [9_000_001], 'traits.name': [9_000_006], 'traits.phone': [9_000_004] },
    ],
  ])('refuses %s at its field', async (_, changes, expected) => {
    const answer = await identity.visitor().register(aPerson(changes))
    expect(answer.status).toBe(400)
    expect(messageIds(answer)).toEqual(expected)
  })

  it.each([
    ['an address of 255 characters', { email: `a@${`${'b'.repeat(60)}.`.repeat(4)}${'c'.repeat(9)}.nl` }],
    ['two dots', { email: 'ann..lee@example.org' }],
    ['a local part of 65 characters', { email: `${'a'.repeat(65)}@example.org` }],
    ['no address', { email: '' }],
    ['an unknown language', { locale: 'xx' }],
    ['a number as name', { name: 7 }],
    ['an unknown trait', { admin: true }],
  ])('refuses %s', async (_, changes) => {
    const answer = await identity.visitor().register(aPerson(changes))
    expect(answer.status).toBe(400)
  })

  it('takes an address with a domain in its own letters, and lets its owner sign in with it', async () => {
    const { email } = aPerson()
    const typed = email.replace('example.org', 'bücher.example')
    expect((await identity.visitor().register(aPerson({ email: typed }))).status).toBe(200)
    expect(await lookUp(email.replace('example.org', 'xn--bcher-kva.example'))).not.toBeNull()
    expect((await identity.visitor().signIn(typed)).status).toBe(200)
  })

  it('refuses a known address, also in another spelling', async () => {
    const person = aPerson()
    await identity.visitor().register(person)
    const again = await identity.visitor().register({ ...person, email: person.email.toUpperCase() })
    expect(again.status).toBe(400)
    expect(messageIds(again)).toEqual({ '': [4_000_028] })
  })

  it('refuses a password of more than 72 bytes', async () => {
    const answer = await identity.visitor().submit('registration', { method: 'password', password: 'ä1'.repeat(40), traits: aPerson() })
    expect(answer.status).toBe(400)
    expect(messageIds(answer)).toEqual({ password: [4_000_033] })
  })
})

describe('settings', () => {
  it('changes name and language and tells it', async () => {
    const ann = identity.visitor()
    const person = aPerson()
    await ann.register(person)
    const answer = await ann.submit('settings', { method: 'profile', traits: { ...person, name: ' Ann  Smith', locale: 'nl' } })
    expect(answer.status).toBe(200)
    const stored = await lookUp(person.email)
    expect(stored?.traits).toEqual({ ...person, name: 'Ann Smith', locale: 'nl' })
    const id = stored?.id ?? ''
    await until(async () => (await identity.events(id)).some(({ change }) => change === 'traits'))
    // Versions in between are those of the sign-in.
    expect((await identity.events(id)).map(({ change }) => change)).toEqual([null, 'traits'])
    const versions = (await identity.events(id)).map(({ version }) => version)
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
    expect(identity.revoked).toContainEqual({ scope: 'identity', id })
  })

  it.each([
    ['another address', { email: 'other@example.org' }, { 'traits.email': [9_000_003] }],
    ['a phone number', { phone: '+31612345678' }, { 'traits.phone': [9_000_005] }],
    ['a name that hides something', { name: 'An\u200bn' }, { 'traits.name': [9_000_006] }],
  ])('refuses %s and keeps everything', async (_, changes, expected) => {
    const ann = identity.visitor()
    const person = aPerson()
    await ann.register(person)
    const answer = await ann.submit('settings', { method: 'profile', traits: { ...person, ...changes } })
    expect(answer.status).toBe(400)
    expect(messageIds(answer)).toEqual(expected)
    expect((await lookUp(person.email))?.traits).toEqual(person)
  })

  it('keeps the stored spelling when the form has another one', async () => {
    const ann = identity.visitor()
    const person = aPerson()
    await ann.register(person)
    const answer = await ann.submit('settings', {
      method: 'profile',
      traits: { ...person, email: person.email.toUpperCase(), name: 'Bea' },
    })
    expect(answer.status).toBe(200)
    expect((await lookUp(person.email))?.traits).toEqual({ ...person, name: 'Bea' })
  })

  it('notes a new password, ends other sessions and publishes that', async () => {
    const [ann, elsewhere] = [identity.visitor(), identity.visitor()]
    const person = aPerson()
    await ann.register(person)
    await elsewhere.signIn(person.email)
    const before = (await lookUp(person.email))?.metadata_public?.['passwordSetAt']
    const answer = await ann.submit('settings', { method: 'password', password: 'another horse battery 8' })
    expect(answer.status).toBe(200)
    const stored = await lookUp(person.email)
    expect(Date.parse(String(stored?.metadata_public?.['passwordSetAt']))).toBeGreaterThan(Date.parse(String(before)))
    expect(identity.revoked).toContainEqual({ scope: 'identity', id: stored?.id })
    expect([(await ann.whoami()).status, (await elsewhere.whoami()).status]).toEqual([200, 401])
    expect((await identity.visitor().signIn(person.email, password)).status).toBe(400)
  })
})

describe('the hooks themselves', () => {
  const body = {
    flowId: 'f',
    identityId: 'i',
    schemaId: 'person',
    state: 'active',
    traits: {},
    previousTraits: null,
    metadataPublic: null,
    clientAddress: null,
    userAgent: null,
  }
  const path = '/internal/hooks/registration/password/before'

  it.each([
    ['no secret', undefined],
    ['a wrong secret', 'x'.repeat(32)],
    ['another caller', secrets.users],
  ])('are closed to %s', async (_, secret) => {
    const { status } = await callInternal(identity.internalPort, path, {
      method: 'POST',
      body,
      ...(secret === undefined ? {} : { secret }),
    })
    expect(status).toBe(secret === secrets.users ? 403 : 401)
  })

  it('are not on the public port', async () => {
    const answer = await identity.visitor().guard('POST', path, { body, headers: { authorization: `Bearer ${secrets.kratos}` } })
    expect(answer.status).toBe(404)
  })

  it('refuse text that no database stores in the form of Kratos', async () => {
    const { status, json } = await callInternal(identity.internalPort, path, {
      method: 'POST',
      body: { ...body, traits: { email: 'a\0@example.org', name: '\ud800', locale: 'en' } },
      secret: secrets.kratos,
    })
    expect(status).toBe(400)
    expect(json).toHaveProperty('messages')
  })
})
