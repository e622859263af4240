import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { sampleInput, sampleProduction } from '../test/sample-input.ts'
import { kratosConfig } from './kratos-config.ts'
import type { ProviderSource } from './provider-input.ts'

const google: ProviderSource = { id: 'google', kind: 'google', label: 'Google', clientId: 'client-1', clientSecret: 'hush' }
const generic: ProviderSource = { ...google, id: 'work', kind: 'generic', label: 'Work', issuer: 'https://id.example.org' }
const apple: ProviderSource = {
  id: 'apple',
  kind: 'apple',
  label: 'Apple',
  clientId: 'org.example',
  apple: { teamId: 'TEAM', keyId: 'KEY', privateKey: '-----BEGIN PRIVATE KEY-----' },
}

const oidc = (...providers: ProviderSource[]) => parse(kratosConfig({ ...sampleInput(), providers }, '/state')).selfservice.methods.oidc
const mapperOf = (one: { mapper_url: string }) => Buffer.from(one.mapper_url.replace('base64://', ''), 'base64').toString()

describe('providers in kratos.yml', () => {
  it('has the method off when nobody is listed', () => {
    expect(oidc()).toEqual({ enabled: false })
  })

  it('takes each kind with what it needs, for either release', () => {
    const providers = [google, generic, apple, { ...google, id: 'ms', kind: 'microsoft' as const, microsoftTenant: 'organizations' }]
    expect(oidc(...providers).config.providers).toMatchObject([
      {
        id: 'google',
        provider: 'google',
        client_id: 'client-1',
        client_secret: 'hush',
        pkce: 'auto',
        scope: ['openid', 'email', 'profile'],
      },
      { id: 'work', provider: 'generic', issuer_url: 'https://id.example.org' },
      { id: 'apple', apple_team_id: 'TEAM', apple_private_key_id: 'KEY', scope: ['email', 'name'] },
      { id: 'ms', microsoft_tenant: 'organizations' },
    ])
    const newer = parse(kratosConfig({ ...sampleProduction(), providers }, '/state')).selfservice.methods.oidc
    expect(newer).toEqual(oidc(...providers))
  })

  it('writes the mapper of the kind, or the operator’s own, below what all share', () => {
    expect(mapperOf(oidc(google).config.providers[0])).toMatch(
      /^local trustsEmail = false;\n[\s\S]*local person\([\s\S]*Google says itself/,
    )
    expect(mapperOf(oidc({ ...generic, mapper: 'person("a@b.c", true, [], "")', trustsEmail: true }).config.providers[0])).toMatch(
      /^local trustsEmail = true;[\s\S]*person\("a@b\.c", true, \[\], ""\)$/,
    )
  })

  it('lets identity decide about who registers, and about what is linked', () => {
    const { flows } = parse(kratosConfig({ ...sampleInput(), providers: [google] }, '/state')).selfservice
    for (const hooks of [flows.registration.after.oidc.hooks, flows.settings.after.oidc.hooks])
      expect(hooks[0].config).toMatchObject({ url: expect.stringMatching(/oidc\/before$/), response: { parse: true } })
  })

  it.each<[string, string, ProviderSource[]]>([
    ['providers.0.issuer', 'a generic provider needs one', [{ ...google, kind: 'generic' }]],
    ['providers.0.issuer', 'google has its own', [{ ...google, issuer: 'https://id.example.org' }]],
    ['providers.0.clientSecret', 'is missing', [{ ...google, clientSecret: undefined }]],
    ['providers.0.apple', 'is missing', [{ ...google, kind: 'apple', clientSecret: undefined }]],
    ['providers.0.microsoftTenant', 'is missing', [{ ...google, kind: 'microsoft' }]],
    ['providers.1.id', 'taken', [google, google]],
    ['providers.0.id', 'lower case', [{ ...google, id: 'Google/x' }]],
    ['providers.0.issuer', 'use https', [{ ...generic, issuer: 'http://id.example.org' }]],
    ['providers.0.issuer', 'neither credentials nor a query', [{ ...generic, issuer: 'https://me:it@id.example.org' }]],
  ])('refuses %s: %s', (field, reason, providers) => {
    expect(() => oidc(...providers)).toThrow(expect.objectContaining({ message: expect.stringMatching(new RegExp(`${field}.*${reason}`)) }))
  })
})
