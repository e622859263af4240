/** Kratos and Keto. */
import type { Part } from '../manifest/types.ts'
import { completed, healthcheck, imageOf, job, migrateJob, mount, oryEnvironment, server, tmpfs, waitsFor } from './container-base.ts'
import { configFolder, portNumber } from './place.ts'
import type { Container } from './types.ts'

/** The same image runs without a shell in its distroless variant, so its own program asks for its health. */
export const kratos = (part: Part): Container => ({
  ...ory(part, ['serve', '--config', `${configFolder}/kratos.yml`, '--watch-courier']),
  networks: ['back', 'data', 'front', 'out'],
  healthcheck: healthcheck(['CMD', 'kratos', 'remote', 'status', '--endpoint', `http://127.0.0.1:${portNumber('kratos', 'admin')}`]),
})

export const keto = (part: Part): Container => ({
  ...ory(part, ['serve', '--config', `${configFolder}/keto.yml`]),
  networks: ['back', 'data'],
  healthcheck: healthcheck([
    'CMD',
    'keto',
    'status',
    '--read-remote',
    `127.0.0.1:${portNumber('keto', 'read')}`,
    '--insecure-disable-transport-security',
  ]),
})

export const ory = (part: Part, command: readonly string[]): Container => ({
  image: imageOf(part),
  command,
  environment: oryEnvironment,
  volumes: [mount(`${part.name}-config`, configFolder)],
  tmpfs: [tmpfs('/tmp', '16m')],
  depends_on: { ...waitsFor(part), [migrateJob(part.name)]: completed },
  ...server('256M'),
})

export function oryMigrate(part: Part): Container {
  const { name } = part
  const command = name === 'kratos' ? ['migrate', 'sql', 'up', '--yes', '--read-from-env'] : ['migrate', 'up', '--yes']
  return {
    image: imageOf(part),
    command: [...command, '--config', `${configFolder}/${name}.yml`],
    environment: oryEnvironment,
    volumes: [mount(`${name}-config`, configFolder)],
    tmpfs: [tmpfs('/tmp', '16m')],
    networks: ['data'],
    depends_on: { databases: completed },
    ...job('256M'),
  }
}
