/** One-shot jobs that belong to no part. */
import type { Part } from '../manifest/types.ts'
import { originSettings } from '../other-origins.ts'
import { signInSettings } from '../sign-in-settings.ts'
import { completed, healthy, job, mount, nodeImage, tmpfs } from './container-base.ts'
import { address, providersFolder, publicUrl, secretFolder, setting } from './place.ts'
import type { Container } from './types.ts'
import { filledVolumes, masterVolume, operatorSecret } from './volumes.ts'

const setupImage = setting('VESTIBULE_SETUP_IMAGE', 'vestibule/setup')
const setupBase = { image: setupImage, user: 'node', init: true, tmpfs: [tmpfs('/tmp', '16m')] }

/** Makes secrets and configuration, without a network. */
export const setup = (parts: readonly Part[]): Container => ({
  ...setupBase,
  build: { context: '.', target: 'setup', args: { NODE_IMAGE: nodeImage, VOLUMES: filledVolumes(parts).join(' ') } },
  command: ['files'],
  environment: {
    VESTIBULE_PUBLIC_URL: publicUrl,
    VESTIBULE_TRUSTED_PROXIES: setting('VESTIBULE_TRUSTED_PROXIES'),
    VESTIBULE_EXCHANGE_PREFIX: setting('VESTIBULE_EXCHANGE_PREFIX'),
    ...Object.fromEntries(Object.keys({ ...signInSettings, ...originSettings }).map((name) => [name, setting(name)])),
    VESTIBULE_KRATOS_IMAGE: setting('VESTIBULE_KRATOS_IMAGE', parts.find((part) => part.name === 'kratos')?.image?.default),
  },
  volumes: [
    ...filledVolumes(parts).map((volume) => `${volume}:/vestibule/${volume}`),
    mount(setting('VESTIBULE_OIDC_PROVIDERS_FOLDER', './providers'), providersFolder),
  ],
  network_mode: 'none',
  ...job('256M'),
})

/** Makes databases and roles, and sets their passwords. */
export const databases = (): Container => ({
  ...setupBase,
  command: ['databases'],
  environment: { VESTIBULE_DATABASE_URL: `postgres://postgres@${address('postgres', 'sql')}/postgres` },
  volumes: [mount(masterVolume, `/vestibule/${masterVolume}`)],
  networks: ['data'],
  depends_on: { setup: completed, postgres: healthy },
  ...job('256M'),
})

/** `docker compose run --rm operator admin you@example.org` makes an administrator and prints the one-time link. */
export const operator = (): Container => ({
  ...setupBase,
  profiles: ['tools'],
  environment: {
    VESTIBULE_IDENTITY_INTERNAL_URL: `http://${address('identity', 'internal')}`,
    VESTIBULE_IDENTITY_SECRET_FILE: `${secretFolder}/${operatorSecret}`,
  },
  volumes: [mount('operator-secrets', secretFolder)],
  networks: ['back'],
  depends_on: { identity: healthy },
  ...job('256M'),
})
