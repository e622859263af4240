/** Services of our own. */
import { migrateEnvironment } from '../manifest/service-part.ts'
import type { Part } from '../manifest/types.ts'
import {
  bashHttpCheck,
  completed,
  healthcheck,
  imageOf,
  isAtEdge,
  job,
  migrateJob,
  mount,
  nodeImage,
  server,
  tmpfs,
  waitsFor,
} from './container-base.ts'
import { containerEnvironment, portNumber, secretFolder } from './place.ts'
import type { Container } from './types.ts'

export const serviceBase = (part: Part) => ({
  image: imageOf(part),
  user: 'node',
  init: true,
  tmpfs: [tmpfs('/tmp', '16m')],
})

export function service(part: Part): Container {
  const sendsMail = Object.values(part.environment).some((value) => value.from === 'address' && value.part === 'mail')
  return {
    ...serviceBase(part),
    build: { context: '.', target: 'service', args: { NODE_IMAGE: nodeImage, SERVICE: part.name } },
    command: ['node', ...part.nodeFlags, 'dist/main.js'],
    environment: containerEnvironment(part),
    volumes: [mount(`${part.name}-secrets`, secretFolder)],
    networks: ['back', 'data', ...(isAtEdge(part) ? ['front'] : []), ...(sendsMail ? ['mail'] : [])],
    depends_on: { ...waitsFor(part), [migrateJob(part.name)]: completed },
    healthcheck: healthcheck(bashHttpCheck(portNumber(part.name, part.readiness.port), '/health/ready')),
    ...server('256M'),
  }
}

export const serviceMigrate = (part: Part): Container => ({
  ...serviceBase(part),
  command: ['node', 'dist/main.js', 'migrate'],
  environment: { ...containerEnvironment(part), ...containerEnvironment(part, migrateEnvironment(part.name)) },
  volumes: [mount(`${part.name}-owner-secrets`, secretFolder)],
  networks: ['data'],
  depends_on: { databases: completed },
  ...job('256M'),
})
