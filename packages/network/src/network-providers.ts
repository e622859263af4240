import type { ProviderSource } from '@app/ory-config/provider-input'
import { portOf } from './ports.ts'
import { providersIn, readProviders } from './providers.ts'
import { currentSecret } from './secrets.ts'
import type { NetworkContext } from './supervisor/types.ts'

/**
 * Whose accounts people may sign in with on this machine: the operator's list, and the local provider where it runs.
 *
 * @throws {PlainError} the list is not there or not as it should be.
 */
export function providersOf(context: Pick<NetworkContext, 'settings' | 'state' | 'parts' | 'ports'>): ProviderSource[] {
  const listed = listedProviders(context)
  return context.parts.some((part) => part.name === 'provider') ? [...listed, localProvider(context)] : listed
}

/** @throws {PlainError} */
export function listedProviders({ settings, state }: Pick<NetworkContext, 'settings' | 'state'>): ProviderSource[] {
  const named = settings['VESTIBULE_OIDC_PROVIDERS']
  return named === undefined ? providersIn(state.root) : readProviders(named)
}

function localProvider({ state, ports }: Pick<NetworkContext, 'state' | 'ports'>): ProviderSource {
  return {
    id: 'local',
    kind: 'generic',
    label: 'Local provider',
    issuer: `http://127.0.0.1:${portOf(ports, 'provider', 'http')}`,
    clientId: 'vestibule',
    clientSecret: currentSecret(state.secrets, 'local-provider-client'),
  }
}
