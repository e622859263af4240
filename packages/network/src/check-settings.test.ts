import { expect, it } from 'vitest'
import { checkSettings } from './check-settings.ts'
import { manifest } from './manifest.ts'
import { resolvePorts } from './ports.ts'
import { statePaths } from './state/paths.ts'
import type { NetworkContext } from './supervisor/types.ts'

const check = (settings: Record<string, string>, root = '/srv/vestibule') => {
  const unused = new Proxy({} as never, {})
  const context: NetworkContext = {
    root,
    state: statePaths(`${root}/.vestibule`),
    settings,
    ports: resolvePorts(manifest, {}),
    parts: manifest,
    publicUrl: settings['VESTIBULE_PUBLIC_URL'] ?? 'http://localhost:8080',
    isTest: false,
    programs: {},
    oneShots: unused,
    builds: unused,
    say: () => {},
  }
  return () => checkSettings(context)
}

it('lets good settings pass, wherever the checkout is', () => {
  expect(check({})).not.toThrow()
  expect(check({ VESTIBULE_TRUSTED_PROXIES: '10.0.0.0/8, ::1' }, '/home/zoë/my code')).not.toThrow()
})

it.each([
  ['VESTIBULE_PUBLIC_URL', 'localhost'],
  ['VESTIBULE_PUBLIC_URL', 'http://localhost:8080/app'],
  ['VESTIBULE_TRUSTED_PROXIES', '10.0.0.0/8,somewhere'],
  ['VESTIBULE_TLS_KEY', '/key.pem'],
  ['VESTIBULE_ADMIN_EMAIL', 'me'],
])('refuses %s=%s before anything starts, in one sentence that names it', (name, value) => {
  expect(check({ [name]: value })).toThrow(new RegExp(`^.*${name}.* (must be|go together).*$`))
})
