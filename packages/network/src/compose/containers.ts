/** The containers of the manifest's parts. */
import { migrateEnvironment } from '../manifest/service-part.ts'
import type { Part, PartName } from '../manifest/types.ts'
import { address, configFolder, containerEnvironment, portNumber, publicUrl, secretFolder, setting } from './place.ts'
import type { Container, Healthcheck } from './types.ts'
import { filledVolumes, masterVolume, operatorSecret } from './volumes.ts'

export const nodeImage = setting('VESTIBULE_NODE_IMAGE', 'node:24-slim')
export const nginxImage = setting('VESTIBULE_NGINX_IMAGE', 'nginx:1.30')
const setupImage = setting('VESTIBULE_SETUP_IMAGE', 'vestibule/setup')

/** What no container needs, none has: a writable root, capabilities, new privileges, endless memory, processes or logs. */
const confined = (memory: string, pids = 200) =>
  ({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    deploy: { resources: { limits: { memory, pids } } },
    logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
  }) as const

const server = (memory: string, pids?: number) =>
  ({ ...confined(memory, pids), restart: 'unless-stopped', stop_grace_period: '10s' }) as const
const job = (memory: string) => ({ ...confined(memory), restart: 'no' }) as const

const healthcheck = (test: readonly string[], startPeriod = '60s'): Healthcheck => ({
  test,
  interval: '3s',
  timeout: '5s',
  retries: 5,
  start_period: startPeriod,
})

/** Debian's bash opens sockets itself: a check costs a millisecond, where starting Node would cost 40 MB each time. */
const bashHttpCheck = (port: number, path: string) => [
  'CMD',
  'bash',
  '-c',
  `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET ${path} HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ "$$status" = 200 ]`,
]

/** The broker answers the AMQP greeting with a frame, whose first byte is 1. */
const bashAmqpCheck = (port: number) => [
  'CMD',
  'bash',
  '-c',
  `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'AMQP\\x00\\x00\\x09\\x01' >&3 && IFS= read -r -d '' -n 1 byte <&3 && [ "$$byte" = $$'\\x01' ]`,
]

const tmpfs = (path: string, size: string) => `${path}:size=${size},mode=1777,nosuid,nodev,noexec`
const mount = (volume: string, path: string) => `${volume}:${path}:ro`
const imageOf = (part: Part) => setting(part.image?.variable ?? '', part.image?.default)
const healthy = { condition: 'service_healthy' } as const
const completed = { condition: 'service_completed_successfully' } as const
const oryEnvironment = { SQA_OPT_OUT: 'true' }

export const migrateJob = (part: PartName) => `${part}-migrate`

function postgres(part: Part): Container {
  const port = portNumber('postgres', 'sql')
  return {
    image: imageOf(part),
    user: 'postgres',
    command: [
      'postgres',
      '-p',
      String(port),
      '-c',
      'max_connections=200',
      '-c',
      'log_min_error_statement=panic',
      '-c',
      'log_error_verbosity=terse',
    ],
    environment: { POSTGRES_PASSWORD_FILE: `${secretFolder}/postgres-superuser`, POSTGRES_INITDB_ARGS: '--auth-host=scram-sha-256' },
    volumes: ['postgres-data:/var/lib/postgresql', mount('postgres-secrets', secretFolder)],
    tmpfs: [tmpfs('/tmp', '16m'), tmpfs('/var/run/postgresql', '1m')],
    shm_size: '128m',
    networks: ['data'],
    depends_on: { setup: completed },
    // Over TCP: while it initialises itself, Postgres listens on its socket only.
    healthcheck: healthcheck(['CMD', 'pg_isready', '-q', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres']),
    // Fast shutdown: SIGTERM would wait for every client to leave.
    stop_signal: 'SIGINT',
    ...server('512M'),
  }
}

function rabbitmq(part: Part): Container {
  return {
    image: imageOf(part),
    user: 'rabbitmq',
    // The folder of the data is named after the host.
    hostname: 'rabbitmq',
    environment: { RABBITMQ_CONFIG_FILE: `${configFolder}/rabbitmq.conf` },
    volumes: ['rabbitmq-data:/var/lib/rabbitmq', mount('rabbitmq-config', configFolder)],
    // It opens a log file there while it starts, whatever the configuration says.
    tmpfs: [tmpfs('/tmp', '16m'), tmpfs('/var/log/rabbitmq', '16m')],
    networks: ['data'],
    depends_on: { setup: completed },
    healthcheck: healthcheck(bashAmqpCheck(portNumber('rabbitmq', 'amqp')), '90s'),
    ...server('640M', 1000),
  }
}

function mail(part: Part): Container {
  return {
    image: imageOf(part),
    environment: {
      MAILDEV_WEB_PORT: String(portNumber('mail', 'ui')),
      MAILDEV_SMTP_PORT: String(portNumber('mail', 'smtp')),
      MAILDEV_IP: '0.0.0.0',
      MAILDEV_MAX_EMAILS: '500',
      NODE_OPTIONS: part.nodeFlags.join(' '),
    },
    tmpfs: [tmpfs('/tmp', '64m')],
    networks: ['mail', 'mail-ui'],
    ports: published(part),
    // Brought along by the image.
    healthcheck: healthcheck(['CMD', 'node', 'dist/bin/healthcheck.js']),
    ...server('192M'),
  }
}

/** The same image runs without a shell in its distroless variant, so its own program asks for its health. */
const kratos = (part: Part): Container => ({
  ...ory(part, ['serve', '--config', `${configFolder}/kratos.yml`, '--watch-courier']),
  networks: ['back', 'data', 'front'],
  healthcheck: healthcheck(['CMD', 'kratos', 'remote', 'status', '--endpoint', `http://127.0.0.1:${portNumber('kratos', 'admin')}`]),
})

const keto = (part: Part): Container => ({
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

const ory = (part: Part, command: readonly string[]): Container => ({
  image: imageOf(part),
  command,
  environment: oryEnvironment,
  volumes: [mount(`${part.name}-config`, configFolder)],
  tmpfs: [tmpfs('/tmp', '16m')],
  depends_on: { ...waitsFor(part), [migrateJob(part.name)]: completed },
  ...server('256M'),
})

function oryMigrate(part: Part): Container {
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

const serviceBase = (part: Part) => ({
  image: imageOf(part),
  user: 'node',
  init: true,
  tmpfs: [tmpfs('/tmp', '16m')],
})

function service(part: Part): Container {
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

const serviceMigrate = (part: Part): Container => ({
  ...serviceBase(part),
  command: ['node', 'dist/main.js', 'migrate'],
  environment: { ...containerEnvironment(part), ...containerEnvironment(part, migrateEnvironment(part.name)) },
  volumes: [mount(`${part.name}-owner-secrets`, secretFolder)],
  networks: ['data'],
  depends_on: { databases: completed },
  ...job('256M'),
})

function proxy(part: Part): Container {
  const config = `${configFolder}/nginx.conf`
  return {
    image: imageOf(part),
    build: { context: '.', target: 'proxy', args: { NGINX_IMAGE: nginxImage, NODE_IMAGE: nodeImage } },
    user: 'nginx',
    command: ['nginx', '-p', configFolder, '-c', config, '-e', 'stderr', '-g', 'daemon off;'],
    volumes: [mount('proxy-config', configFolder)],
    tmpfs: [tmpfs('/tmp', '64m')],
    networks: ['edge', 'front'],
    ports: published(part),
    depends_on: { setup: completed, ...waitsFor(part) },
    healthcheck: healthcheck(['CMD', 'curl', '-fsS', '-o', '/dev/null', `http://127.0.0.1:${portNumber('proxy', 'http')}/healthz`]),
    ...server('128M'),
  }
}

/** Parts that nginx forwards to. */
export const isAtEdge = (part: Part) => part.name === 'kratos' || part.name === 'identity' || part.segments.length > 0

const waitsFor = (part: Part) => Object.fromEntries(part.dependsOn.filter((name) => name !== 'epmd').map((name) => [name, healthy]))

/** On this machine only, unless VESTIBULE_BIND says otherwise. */
const published = (part: Part) =>
  part.ports
    .filter((port) => port.published === true)
    .map((port) => `${setting('VESTIBULE_BIND', '127.0.0.1')}:${setting(port.variable, String(port.default))}:${port.default}`)

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
    VESTIBULE_KRATOS_IMAGE: setting('VESTIBULE_KRATOS_IMAGE', parts.find((part) => part.name === 'kratos')?.image?.default),
  },
  volumes: filledVolumes(parts).map((volume) => `${volume}:/vestibule/${volume}`),
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

const special: Partial<Record<PartName, (part: Part) => Container>> = { postgres, rabbitmq, mail, kratos, keto, proxy }

/** The container of a part, and the one that migrates its database. */
export function containersOf(part: Part): Record<string, Container> {
  const make = part.kind === 'service' ? service : special[part.name]
  if (make === undefined) throw new Error(`nobody has said how ${part.name} runs in a container`)
  const migrate = part.kind === 'service' ? serviceMigrate : part.kind === 'ory' ? oryMigrate : null
  return { ...(migrate === null ? {} : { [migrateJob(part.name)]: migrate(part) }), [part.name]: make(part) }
}
