/** Identity with providers: the local one under several settings, and one that is down. */
import { randomBytes } from 'node:crypto'
import { localClientId, serveLocalProvider } from '@app/local-provider/serve'
import type { ProviderSource } from '@app/ory-config/provider-input'
import { freePorts } from '@app/testing/server-process'
import { startIdentity } from './identity-fixture.ts'
import { flowAt, goThrough, type Somebody } from './provider-visitor.ts'
import { messageIds, type Visitor } from './visitor.ts'

export function somebody(over: Partial<Somebody> = {}): Somebody {
  const sub = randomBytes(6).toString('hex')
  return { sub, email: `${sub}@provider.example`, emailVerified: true, name: 'Ann Lee', locale: 'nl-NL', ...over }
}

export const register = (who: Visitor, choice: Somebody, via = 'local') => goThrough(who, 'registration', { provider: via }, choice)
export const signIn = (who: Visitor, choice: Somebody, via = 'local') => goThrough(who, 'login', { provider: via }, choice)

/** What a person reads at the screen that the browser was sent to. */
export async function toldAt(who: Visitor, place: URL): Promise<number[]> {
  return Object.values(messageIds(await flowAt(who, place))).flat()
}

export async function registered(who: Visitor, choice = somebody(), via = 'local'): Promise<{ id: string; choice: Somebody }> {
  const place = await register(who, choice, via)
  const { userId } = await who.whoami()
  if (userId === null) throw new Error(`nobody is signed in, sent to ${place.href}`)
  return { id: userId, choice }
}

export async function startWithProviders() {
  const [port = 0, nobody = 0] = await freePorts(2)
  const clientSecret = randomBytes(24).toString('base64url')
  const source = (id: string, over: Partial<ProviderSource> = {}): ProviderSource => ({
    id,
    kind: 'generic',
    label: `Label of ${id}`,
    issuer: `http://127.0.0.1:${port}`,
    clientId: localClientId,
    clientSecret,
    ...over,
  })
  const providers = [
    source('local'),
    source('forced', { pkce: 'force' }),
    source('bare', { pkce: 'never' }),
    source('asking', { claimsFrom: 'userinfo' }),
    source('down', { issuer: `http://127.0.0.1:${nobody}` }),
  ]
  const options = { host: '127.0.0.1', port, clientSecret, publicUrl: 'http://localhost:8080', providerIds: providers.map(({ id }) => id) }
  const provider = await serveLocalProvider(options)
  const identity = await startIdentity({ ory: { providers } })
  return {
    identity,
    providers,
    close: async () => {
      provider.closeAllConnections()
      provider.close()
      await identity.close()
    },
  }
}
