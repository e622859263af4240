import type { Caller, Part, PartName, Value } from './types.ts'

type ServiceOptions = {
  name: PartName
  title: string
  port: number
  segments?: readonly string[]
  callers?: readonly Caller[]
  /** Parts whose internal port it calls, with a secret of its own. */
  calls?: readonly PartName[]
  namespaces?: readonly string[]
  ownsTenantData?: boolean
  environment?: Readonly<Record<string, Value>>
  dependsOn?: readonly PartName[]
}

/** The name of the bearer secret with which one part calls another's internal port. */
export const callerSecret = (caller: Caller, callee: PartName) => `${caller}-to-${callee}`

export const address = (part: PartName, port: string, template: string): Value => ({ from: 'address', part, port, template })
export const secret = (name: string): Value => ({ from: 'secret', secret: name })

/** Keeps the idle heap of a service small; its working set is tens of megabytes, not hundreds. With less than 8 MB young, a tenth more of a request is collecting. */
export const serviceNodeFlags = ['--max-semi-space-size=8', '--max-old-space-size=192']

/** A service of our own: what all of them share, so that a new one is a few lines in the manifest. */
export function servicePart(options: ServiceOptions): Part {
  const { name } = options
  const prefix = `VESTIBULE_${name.toUpperCase()}`
  return {
    name,
    title: options.title,
    kind: 'service',
    command: ['{node}', '{nodeFlags}', `{services}/${name}/dist/main.js`],
    image: { variable: `${prefix}_IMAGE`, default: `vestibule/${name}` },
    ports: [
      { name: 'public', default: options.port, variable: `${prefix}_PORT` },
      { name: 'internal', default: options.port + 1, variable: `${prefix}_INTERNAL_PORT` },
    ],
    environment: { ...sharedEnvironment(name), ...callEnvironment(options), ...options.environment },
    secrets: [`${name}-database-owner`],
    readiness: { kind: 'http', port: 'internal', path: '/health/ready' },
    dependsOn: ['postgres', 'rabbitmq', ...(options.dependsOn ?? [])],
    segments: options.segments ?? [],
    callers: options.callers ?? [],
    namespaces: options.namespaces ?? [],
    ownsTenantData: options.ownsTenantData ?? false,
    database: { name, roles: 'service' },
    nodeFlags: serviceNodeFlags,
  }
}

function sharedEnvironment(name: PartName): Record<string, Value> {
  return {
    VESTIBULE_PUBLIC_URL: { from: 'publicUrl' },
    VESTIBULE_ALLOWED_ORIGINS: { from: 'setting', variable: 'VESTIBULE_ALLOWED_ORIGINS', default: '' },
    VESTIBULE_LISTEN_HOST: { from: 'listenHost' },
    VESTIBULE_LISTEN_PORT: { from: 'ownPort', port: 'public' },
    VESTIBULE_INTERNAL_PORT: { from: 'ownPort', port: 'internal' },
    VESTIBULE_LOG_LEVEL: { from: 'setting', variable: 'VESTIBULE_LOG_LEVEL', default: 'info' },
    VESTIBULE_PASSWORD_MAX_AGE_DAYS: { from: 'setting', variable: 'VESTIBULE_PASSWORD_MAX_AGE_DAYS', default: '0' },
    VESTIBULE_TERMS_VERSION: { from: 'setting', variable: 'VESTIBULE_TERMS_VERSION' },
    VESTIBULE_SESSION_CACHE: { from: 'setting', variable: 'VESTIBULE_SESSION_CACHE', default: 'on' },
    VESTIBULE_DATABASE_URL: address('postgres', 'sql', `postgres://{address}/${name}`),
    VESTIBULE_DATABASE_APP_PASSWORD: secret(`${name}-database-app`),
    VESTIBULE_DATABASE_SYSTEM_PASSWORD: secret(`${name}-database-system`),
    VESTIBULE_BROKER_URL: address('rabbitmq', 'amqp', `amqp://${name}@{address}/`),
    VESTIBULE_BROKER_PASSWORD: secret(`${name}-broker`),
    VESTIBULE_EXCHANGE_PREFIX: { from: 'setting', variable: 'VESTIBULE_EXCHANGE_PREFIX' },
    VESTIBULE_KRATOS_PUBLIC_URL: address('kratos', 'public', 'http://{address}'),
    VESTIBULE_KETO_READ_URL: address('keto', 'read', 'http://{address}'),
  }
}

function callEnvironment({ name, callers = [], calls = [] }: ServiceOptions): Record<string, Value> {
  const accepted = callers.map((caller) => [`VESTIBULE_CALLER_${caller.toUpperCase()}_SECRET`, secret(callerSecret(caller, name))] as const)
  const called = calls.flatMap((callee) => [
    [`VESTIBULE_${callee.toUpperCase()}_INTERNAL_URL`, address(callee, 'internal', 'http://{address}')] as const,
    [`VESTIBULE_${callee.toUpperCase()}_SECRET`, secret(callerSecret(name, callee))] as const,
  ])
  return Object.fromEntries([...accepted, ...called])
}

/** What `migrate` of a service gets on top: the serving process never holds the owner's password. */
export const migrateEnvironment = (name: PartName): Record<string, Value> => ({
  VESTIBULE_DATABASE_OWNER_PASSWORD: secret(`${name}-database-owner`),
})
