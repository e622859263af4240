/** Accounts elsewhere: registering with one, an address that is known, and linking. */
import { until } from '@app/testing/poll'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startIdentity } from './identity-fixture.ts'
import { register, registered, signIn, somebody, startWithProviders, toldAt } from './provider-fixture.ts'
import { answerThere, comeBack, flowAt, goThrough, type Somebody } from './provider-visitor.ts'
import { aPerson, codeOf, messageIds, password } from './visitor.ts'

let started: Awaited<ReturnType<typeof startWithProviders>>
beforeAll(async () => {
  started = await startWithProviders()
})
afterAll(() => started.close())

const visitor = () => started.identity.visitor()
const stored = async (email: string) => await started.identity.deps.kratos.findIdentity(email)

describe('registering with an account elsewhere', () => {
  it('makes a person with a verified address, told once, who keeps nothing of the mapper', async () => {
    const ann = visitor()
    const { id, choice } = await registered(ann)
    expect(await stored(choice.email ?? '')).toMatchObject({
      id,
      traits: { email: choice.email, name: 'Ann Lee', locale: 'nl' },
      verifiable_addresses: [{ value: choice.email, verified: true }],
    })
    expect((await stored(choice.email ?? ''))?.metadata_public ?? {}).toEqual({})
    const events = await until(async () => {
      const told = await started.identity.events(id)
      return told.length > 0 ? told : undefined
    })
    expect(events).toMatchObject([{ type: 'identity.identity.registered.v1', version: 1 }])
  })

  it.each(['forced', 'asking'])('works by %s as well', async (via) => {
    const { id, choice } = await registered(visitor(), somebody(), via)
    expect((await stored(choice.email ?? ''))?.id).toBe(id)
  })

  it('also from the sign-in form, and then always leads to the same account, whatever address is told later', async () => {
    const choice = somebody()
    const first = visitor()
    await signIn(first, choice)
    const { userId } = await first.whoami()
    const second = visitor()
    await signIn(second, { ...choice, email: 'changed@provider.example' })
    expect([userId === null, (await second.whoami()).userId]).toEqual([false, userId])
    expect(await stored('changed@provider.example')).toBeNull()
    expect((await stored(choice.email ?? ''))?.traits['email']).toBe(choice.email)
  })

  it.each<[string, Partial<Somebody>, number]>([
    ['an address that is not confirmed there', { emailVerified: false }, 9_000_022],
    ['no address', { email: '' }, 9_000_021],
    ['an address that looks like another', { email: 'аnn@provider.example' }, 9_000_001],
  ])('refuses %s, says so, and stores nothing', async (_, over, id) => {
    const ann = visitor()
    const choice = somebody(over)
    const place = await register(ann, choice)
    expect(place.pathname).toBe('/register')
    expect(await toldAt(ann, place)).toContain(id)
    expect((await ann.whoami()).userId).toBeNull()
    expect(await stored(choice.email || 'nobody@provider.invalid')).toBeNull()
  })

  it('takes the part before the @ where the name is none', async () => {
    const { choice } = await registered(visitor(), somebody({ name: 'Pаul\u202e' }))
    expect((await stored(choice.email ?? ''))?.traits['name']).toBe(choice.sub)
  })

  it('takes no traits along', async () => {
    const ann = visitor()
    const heard = await ann.submit('registration', { method: 'oidc', provider: 'local', traits: { email: 'victim@example.org' } })
    expect([heard.status, codeOf(heard), heard.text]).toEqual([400, 'invalid-request', expect.stringContaining('body.traits')])
  })

  it.each([{ traits: { email: 'victim@example.org' } }, { traits: { phone: '+31612345678' } }, { traits: { name: 'The Queen' } }])(
    'refuses %j also where they went past the guard',
    async (posted) => {
      const ann = visitor()
      const { id, csrf } = await ann.open('registration')
      const heard = await ann.kratosPost(`/self-service/registration?flow=${id}`, {
        method: 'oidc',
        provider: 'local',
        csrf_token: csrf,
        ...posted,
      })
      const { redirect_browser_to: away } = z.object({ redirect_browser_to: z.string() }).parse(heard.json)
      const choice = somebody()
      const place = await comeBack(ann, await answerThere(away, choice))
      expect(await toldAt(ann, place)).toContain(9_000_020)
      expect([await stored('victim@example.org'), await stored(choice.email ?? ''), (await ann.whoami()).userId]).toEqual([
        null,
        null,
        null,
      ])
    },
  )

  it.each(['provider', 'id_token', 'upstream_parameters'])('goes nowhere because of %s with another method, or none', async (name) => {
    const fields = { identifier: 'a@example.org', password, [name]: 'local' }
    expect((await visitor().submit('login', { method: 'password', ...fields })).status).toBe(400)
    expect((await visitor().submit('login', fields)).status).toBe(400)
  })
})

describe('an address that somebody has here already', () => {
  it('joins nobody by itself: the person proves the way in that they have, and both work then', async () => {
    const traits = aPerson()
    await visitor().register(traits)
    const ann = visitor()
    const choice = somebody({ email: traits.email })
    const place = await register(ann, choice)
    expect(place.pathname).toBe('/sign-in')
    expect(await toldAt(ann, place)).toContain(1_010_016)
    expect((await ann.whoami()).userId).toBeNull()
    const flow = await flowAt(ann, place)
    const proven = await ann.submit('login', { method: 'password', identifier: traits.email, password }, ann.flowIn(flow))
    expect(proven.status).toBe(200)
    const again = visitor()
    await signIn(again, choice)
    expect((await again.whoami()).userId).toBe((await stored(traits.email))?.id)
  })

  it('links nothing to somebody else who signs in there', async () => {
    const [traits, other] = [aPerson(), aPerson()]
    await visitor().register(traits)
    await visitor().register(other)
    const mallory = visitor()
    const choice = somebody({ email: traits.email })
    const flow = await flowAt(mallory, await register(mallory, choice))
    const heard = await mallory.submit('login', { method: 'password', identifier: other.email, password }, mallory.flowIn(flow))
    expect([heard.status, Object.values(messageIds(heard)).flat()]).toEqual([400, [4_010_009]])
    expect((await mallory.whoami()).userId).toBeNull()
  })
})

describe('linking in the settings', () => {
  it('adds, uses and removes accounts elsewhere, and keeps the last way in', async () => {
    const ann = visitor()
    const traits = aPerson()
    await ann.register(traits)
    const { userId } = await ann.whoami()
    const [one, two] = [somebody(), somebody()]
    await goThrough(ann, 'settings', { link: 'local' }, one)
    await goThrough(ann, 'settings', { link: 'forced' }, two)
    for (const [choice, via] of [
      [one, 'local'],
      [two, 'forced'],
    ] as const) {
      const again = visitor()
      await signIn(again, choice, via)
      expect((await again.whoami()).userId).toBe(userId)
    }
    expect((await ann.submit('settings', { method: 'oidc', unlink: 'local' })).status).toBe(200)
    const stranger = visitor()
    await signIn(stranger, one)
    expect((await stranger.whoami()).userId).not.toBe(userId)
  })

  it('does not take an account that is somebody else’s here', async () => {
    const { choice } = await registered(visitor())
    const mallory = visitor()
    await mallory.register()
    const place = await goThrough(mallory, 'settings', { link: 'local' }, choice)
    expect(await toldAt(mallory, place)).toContain(4_000_007)
  })

  it('unlinks the last one where a code by mail lets in as well', async () => {
    const ann = visitor()
    await registered(ann)
    expect((await ann.submit('settings', { method: 'oidc', unlink: 'local' })).status).toBe(200)
  })

  it('keeps the only way in where codes are the second factor', { timeout: 60_000 }, async () => {
    const strict = await startIdentity({ codeMode: 'second-factor', ory: { providers: started.providers } })
    try {
      const ann = strict.visitor()
      const { choice, id } = await registered(ann)
      expect((await ann.submit('settings', { method: 'oidc', unlink: 'local' })).status).toBe(400)
      const again = strict.visitor()
      await signIn(again, choice)
      expect((await again.whoami()).userId).toBe(id)
    } finally {
      await strict.close()
    }
  })
})
