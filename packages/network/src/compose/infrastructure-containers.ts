/** Programs of others: database, broker, mail sink, nginx. */
import type { Part } from '../manifest/types.ts'
import {
  bashAmqpCheck,
  completed,
  healthcheck,
  imageOf,
  mount,
  nginxImage,
  nodeImage,
  published,
  server,
  tmpfs,
  waitsFor,
} from './container-base.ts'
import { configFolder, portNumber, secretFolder } from './place.ts'
import type { Container } from './types.ts'

export function postgres(part: Part): Container {
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

export function rabbitmq(part: Part): Container {
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

export function mail(part: Part): Container {
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

export function proxy(part: Part): Container {
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
