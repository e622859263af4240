import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { sampleInput, sampleProduction, sampleSecret } from '../test/sample-input.ts'
import type { OryInputSource } from './input.ts'
import { ketoConfig } from './keto-config.ts'
import { kratosConfig } from './kratos-config.ts'

const kratos = (input: OryInputSource) => parse(kratosConfig(input, '/state/ory'))
const keto = (input: OryInputSource) => parse(ketoConfig(input, '/state/ory'))

describe('kratos.yml', () => {
  it('asks deciding hooks per method and never in a list for all methods, where Kratos skips them', () => {
    const { flows } = kratos(sampleInput()).selfservice
    expect(Object.keys(flows.registration.after)).toEqual(['password', 'passkey', 'oidc', 'code'])
    expect(Object.keys(flows.settings.after)).toEqual(['profile', 'password', 'totp', 'lookup_secret', 'passkey', 'oidc'])
    const lists = [flows.registration.after, flows.settings.after].flatMap((after) =>
      Object.values<{ hooks: { config: unknown }[] }>(after),
    )
    expect(lists).toHaveLength(10)
    for (const { hooks } of lists) {
      expect(hooks[0]?.config).toMatchObject({ url: expect.stringMatching(/\/before$/), response: { parse: true } })
      expect(hooks[1]?.config).toMatchObject({ url: expect.stringMatching(/\/after$/), response: { ignore: true } })
    }
  })

  it('has codes sign in, or follow a password, never both; where they are off nobody registers by one', () => {
    const asSecond = kratos({ ...sampleInput(), codeMode: 'second-factor' }).selfservice
    expect(kratos(sampleInput()).selfservice.methods.code).toMatchObject({ passwordless_enabled: true, mfa_enabled: false })
    expect(asSecond.methods.code).toMatchObject({ passwordless_enabled: false, mfa_enabled: true })
    expect(asSecond.flows.settings.required_aal).toBe('aal1')
    expect(asSecond.flows.registration.after.code.hooks).toMatchObject([{ config: { response: { parse: true } } }])
  })

  it('sends every web hook a body of its own and the secret', () => {
    const { registration, settings, recovery, verification } = kratos(sampleInput()).selfservice.flows
    const lists = [registration.after.password, settings.after.profile, settings.after.password, recovery.after, verification.after]
    const hooks = lists.flatMap((list) => list.hooks).filter(({ hook }) => hook === 'web_hook')
    expect(hooks).toHaveLength(8)
    for (const { body, auth } of hooks.map(({ config }) => config)) {
      expect([body, auth.config.value]).toEqual(['file:///state/ory/hook.jsonnet', `Bearer ${sampleSecret('hooks')}`])
    }
  })

  it('has development mode and leaked-password look-ups off, and no links that a mail scanner uses up', () => {
    const config = kratos(sampleInput())
    expect(config.dev).toBeUndefined()
    expect(config.selfservice.methods).toMatchObject({
      password: { config: { haveibeenpwned_enabled: false } },
      link: { enabled: false },
    })
    expect(
      kratos({ ...sampleInput(), passwords: { askHaveIBeenPwned: true } }).selfservice.methods.password.config.haveibeenpwned_enabled,
    ).toBe(true)
  })

  it('keeps the current secret first and the older ones behind it', () => {
    const cookie = [sampleSecret('new'), sampleSecret('old')]
    expect(kratos({ ...sampleInput(), secrets: { ...sampleInput().secrets, cookie } }).secrets.cookie).toEqual(cookie)
  })

  it('bounds the connections whatever the address says', () => {
    const dsn = new URL(kratos({ ...sampleInput(), kratos: { ...sampleInput().kratos, dsn: 'postgres://k:p@h/d?max_conns=2' } }).dsn)
    expect(Object.fromEntries(dsn.searchParams)).toMatchObject({ max_conns: '20', max_idle_conns: '20', connect_timeout: '2' })
  })

  it('names files where Kratos sees them', () => {
    expect(kratos({ ...sampleInput(), seenAt: '/etc/ory' }).identity.schemas[0].url).toBe('file:///etc/ory/person.schema.json')
  })

  it('holds the schema itself where its path has characters that Kratos would look for percent-encoded', () => {
    const { identity, selfservice } = parse(kratosConfig(sampleInput(), '/home/zoë/my code/ory'))
    const [scheme, encoded = ''] = identity.schemas[0].url.split('://')
    expect(scheme).toBe('base64')
    expect(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))).toHaveProperty('properties.traits.properties.email')
    expect(selfservice.flows.recovery.after.hooks[0].config.body).toBe('file:///home/zoë/my code/ory/hook.jsonnet')
  })

  it('holds what one release alone knows only for that release', () => {
    const named = { clients: { web_hook: { header_allowlist: ['User-Agent', 'True-Client-Ip'] } } }
    expect(kratos(sampleProduction())).toMatchObject({ ...named, secrets: { pagination: [sampleSecret('pagination')] } })
    expect(kratos(sampleInput()).clients.web_hook).toBeUndefined()
    expect(kratos(sampleInput()).secrets.pagination).toBeUndefined()
  })

  it.each([
    [
      'nobody knows',
      { selfservice: { methods: { pasword: { enabled: true } } } },
      'selfservice.methods.pasword is not known to both releases',
    ],
    ['the older release alone knows', { courier: { sms: { enabled: true } } }, 'courier.sms is known to v1.3.1 alone: use a named switch'],
    ['the newer release alone knows', { cookies: { secure: 'false' } }, 'cookies.secure is known to v26.2.0 alone: use a named switch'],
    [
      'is wrong inside a list',
      { identity: { schemas: [{ id: 'a', url: 'file:///a', selectable: true }] } },
      'identity.schemas[].selectable is not known',
    ],
  ])('is refused with a key that %s', (_, extraKratos, reason) => {
    expect(() => kratosConfig({ ...sampleInput(), extraKratos }, '/state/ory')).toThrow(reason)
  })

  it.each([
    [{ dev: true }, 'extraKratos may not set dev: use isDevelopment'],
    [{ serve: { admin: { host: '0.0.0.0' } } }, 'extraKratos may not set serve.admin'],
    [{ secrets: { cookie: ['weak'] } }, 'extraKratos may not set secrets'],
    [{ log: { leak_sensitive_values: true } }, 'extraKratos may not set log.leak_sensitive_values'],
    [
      { selfservice: { flows: { settings: { after: { profile: { hooks: [] } } } } } },
      'may not set selfservice.flows.settings.after.profile',
    ],
    [{ selfservice: { flows: { registration: { after: { hooks: [] } } } } }, 'skips deciding hooks in a list for all methods'],
  ])('is refused when further settings reach into what was checked: %j', (extraKratos, reason) => {
    expect(() => kratosConfig({ ...sampleInput(), extraKratos }, '/state/ory')).toThrow(reason)
  })

  it('takes further settings that both releases know', () => {
    const extraKratos = { session: { whoami: { tokenizer: { templates: { short: { ttl: '1m', jwks_url: 'file:///keys.json' } } } } } }
    expect(kratos({ ...sampleInput(), extraKratos }).session).toMatchObject({
      lifespan: '24h',
      whoami: { required_aal: 'aal1', ...extraKratos.session.whoami },
    })
  })
})

describe('keto.yml', () => {
  it('is strict and deep enough', () => {
    expect(keto(sampleInput())).toMatchObject({
      version: 'v0.14.0',
      namespaces: { location: 'file:///state/ory/namespaces.ts', experimental_strict_mode: true },
      limit: { max_read_depth: 25, max_read_width: 10_000, max_batch_check_size: 100 },
    })
  })

  it('seals page tokens where the release can', () => {
    expect(keto(sampleProduction())).toMatchObject({ version: 'v26.2.0', secrets: { pagination: [sampleSecret('pagination')] } })
    expect(keto(sampleInput()).secrets).toBeUndefined()
  })

  it('is refused with a key that nobody knows', () => {
    expect(() => ketoConfig({ ...sampleInput(), extraKeto: { feature_flags: {} } }, '/state/ory')).toThrow(
      'keto: the key feature_flags is not known',
    )
  })
})
