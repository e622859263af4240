/** An OpenID provider that believes everybody: authorization code with PKCE, a page to choose a person, and everything that can go wrong. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import Provider, { type Configuration, interactionPolicy } from 'oidc-provider'
import { brokenPage } from './page.ts'
import { claimsOf, type People } from './people.ts'

export interface ProviderOptions {
  /** Where it is reached, without a path. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Each callback as Kratos sends it. */
  readonly redirectUris: readonly string[]
}

export function createProvider(options: ProviderOptions, people: People): Provider {
  const provider = new Provider(options.issuer, configuration(options, people))
  // It speaks http, on this machine alone.
  provider.proxy = false
  return provider
}

function configuration({ clientId, clientSecret, redirectUris }: ProviderOptions, people: People): Configuration {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  return {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [...redirectUris],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [{ ...key, alg: 'RS256', use: 'sig', kid: 'local' }] },
    cookies: { keys: [randomBytes(24).toString('base64url')] },
    // Its own page for errors would ask another company for a font.
    renderError: (ctx, { error, error_description: reason }) => {
      ctx.type = 'html'
      ctx.body = brokenPage(reason ?? error)
    },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'locale'] },
    // Like most companies: everything is in the ID token.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}`, policy: askEveryTime() },
    findAccount: async (_, sub) => {
      const somebody = people.find(sub)
      if (somebody === undefined) return undefined
      return {
        accountId: sub,
        claims: async (use) => {
          if (use === 'id_token' && somebody.slowMs > 0) await delay(somebody.slowMs)
          return claimsOf(people.find(sub) ?? somebody)
        },
      }
    },
    ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 600, IdToken: 300, Interaction: 900, Session: 900 },
  }
}

/** Whoever came before: a second person in one browser must not be taken for the first. */
function askEveryTime() {
  const policy = interactionPolicy.base()
  const { Check } = interactionPolicy
  policy
    .get('login')
    ?.checks.add(
      new Check('every_time', 'choose a person each time', ({ oidc }) =>
        oidc.result?.login === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    )
  return policy
}
