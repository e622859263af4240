/** `selfservice.methods.oidc`: nothing configured, nothing shown. */
import type { OryInput } from './input.ts'
import { mapperSource } from './mappers.ts'
import type { ProviderInput } from './provider-input.ts'

const usualScopes: Record<ProviderInput['kind'], readonly string[]> = {
  generic: ['openid', 'email', 'profile'],
  google: ['openid', 'email', 'profile'],
  // Kratos insists on every scope that it asks for.
  github: ['user:email', 'read:user'],
  microsoft: ['openid', 'email', 'profile'],
  apple: ['email', 'name'],
  facebook: ['email', 'public_profile'],
}

export function oidcMethod({ providers }: Pick<OryInput, 'providers'>): Record<string, unknown> {
  return providers.length === 0 ? { enabled: false } : { enabled: true, config: { providers: providers.map(provider) } }
}

function provider(one: ProviderInput): Record<string, unknown> {
  const { apple } = one
  return {
    id: one.id,
    provider: one.kind,
    label: one.label,
    client_id: one.clientId,
    ...(one.clientSecret === undefined ? {} : { client_secret: one.clientSecret }),
    ...(one.issuer === undefined ? {} : { issuer_url: one.issuer }),
    ...(one.microsoftTenant === undefined ? {} : { microsoft_tenant: one.microsoftTenant }),
    ...(apple === undefined ? {} : { apple_team_id: apple.teamId, apple_private_key_id: apple.keyId, apple_private_key: apple.privateKey }),
    scope: one.scopes ?? usualScopes[one.kind],
    // Inside the configuration: what Kratos once fetched from a file it keeps for an hour.
    mapper_url: `base64://${Buffer.from(mapperSource(one)).toString('base64')}`,
    pkce: one.pkce,
    ...(one.claimsFrom === 'userinfo' ? { claims_source: 'userinfo' } : {}),
  }
}
