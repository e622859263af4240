import { callerSecret } from './service-part.ts'
import type { Part } from './types.ts'

const plain = {
  environment: {},
  secrets: [],
  dependsOn: [],
  segments: [],
  callers: [],
  namespaces: [],
  ownsTenantData: false,
  nodeFlags: [],
} as const

// All ports lie below 32768, where Linux begins to give ports to outgoing connections: one of those would keep a part from starting.

export const postgres: Part = {
  ...plain,
  name: 'postgres',
  title: 'PostgreSQL 18',
  kind: 'infrastructure',
  command: ['{postgres}', '-D', '{state}/postgres/data'],
  image: { variable: 'VESTIBULE_POSTGRES_IMAGE', default: 'postgres:18' },
  ports: [{ name: 'sql', default: 14320, variable: 'VESTIBULE_POSTGRES_PORT' }],
  secrets: ['postgres-superuser'],
  readiness: { kind: 'sql', port: 'sql' },
  database: null,
}

export const epmd: Part = {
  ...plain,
  name: 'epmd',
  title: 'Erlang port mapper',
  kind: 'infrastructure',
  nativeOnly: true,
  command: ['{epmd}', '-port', '{port}', '-address', '127.0.0.1'],
  image: null,
  ports: [{ name: 'names', default: 13600, variable: 'VESTIBULE_EPMD_PORT' }],
  readiness: { kind: 'tcp', port: 'names' },
  database: null,
}

export const rabbitmq: Part = {
  ...plain,
  name: 'rabbitmq',
  title: 'RabbitMQ',
  kind: 'infrastructure',
  command: ['{rabbitmq}'],
  image: { variable: 'VESTIBULE_RABBITMQ_IMAGE', default: 'rabbitmq:4-management' },
  ports: [
    { name: 'amqp', default: 16720, variable: 'VESTIBULE_RABBITMQ_PORT' },
    { name: 'dist', default: 16721, variable: 'VESTIBULE_RABBITMQ_DIST_PORT' },
  ],
  secrets: ['rabbitmq-cookie'],
  readiness: { kind: 'amqp', port: 'amqp' },
  dependsOn: ['epmd'],
  database: null,
}

export const kratos: Part = {
  ...plain,
  name: 'kratos',
  title: 'Ory Kratos: identities and sessions',
  kind: 'ory',
  command: ['{kratos}', 'serve', '-c', '{state}/ory/kratos.yml', '--watch-courier'],
  image: { variable: 'VESTIBULE_KRATOS_IMAGE', default: 'oryd/kratos:v26.2.0' },
  ports: [
    { name: 'public', default: 14330, variable: 'VESTIBULE_KRATOS_PUBLIC_PORT' },
    { name: 'admin', default: 14340, variable: 'VESTIBULE_KRATOS_ADMIN_PORT' },
  ],
  secrets: [
    'kratos-default',
    'kratos-cookie',
    'kratos-cipher',
    'kratos-database',
    'ory-pagination',
    callerSecret('kratos', 'identity'),
    callerSecret('kratos', 'notifications'),
    'local-provider-client',
  ],
  readiness: { kind: 'http', port: 'admin', path: '/admin/health/ready' },
  dependsOn: ['postgres'],
  database: { name: 'kratos', roles: 'plain' },
}

export const keto: Part = {
  ...plain,
  name: 'keto',
  title: 'Ory Keto: permissions',
  kind: 'ory',
  command: ['{keto}', 'serve', '-c', '{state}/ory/keto.yml'],
  image: { variable: 'VESTIBULE_KETO_IMAGE', default: 'oryd/keto:v26.2.0' },
  ports: [
    { name: 'read', default: 14660, variable: 'VESTIBULE_KETO_READ_PORT' },
    { name: 'write', default: 14670, variable: 'VESTIBULE_KETO_WRITE_PORT' },
    { name: 'metrics', default: 14680, variable: 'VESTIBULE_KETO_METRICS_PORT' },
    { name: 'opl', default: 14690, variable: 'VESTIBULE_KETO_OPL_PORT' },
  ],
  secrets: ['keto-database', 'ory-pagination'],
  readiness: { kind: 'http', port: 'read', path: '/health/ready' },
  dependsOn: ['postgres'],
  database: { name: 'keto', roles: 'plain' },
}

export const mail: Part = {
  ...plain,
  name: 'mail',
  title: 'mail sink (maildev)',
  kind: 'infrastructure',
  command: ['{node}', '{nodeFlags}', '{maildev}'],
  image: { variable: 'VESTIBULE_MAIL_IMAGE', default: 'maildev/maildev:3.0.0' },
  ports: [
    { name: 'ui', default: 1080, variable: 'VESTIBULE_MAIL_PORT', published: true },
    { name: 'smtp', default: 1025, variable: 'VESTIBULE_MAIL_SMTP_PORT' },
  ],
  readiness: { kind: 'http', port: 'ui', path: '/api/healthz' },
  database: null,
  nodeFlags: ['--max-semi-space-size=1', '--max-old-space-size=128'],
}

export const provider: Part = {
  ...plain,
  name: 'provider',
  title: 'local provider: accounts elsewhere',
  kind: 'infrastructure',
  nativeOnly: true,
  onRequest: 'VESTIBULE_LOCAL_PROVIDER',
  command: ['{node}', '{nodeFlags}', '{root}/packages/local-provider/src/main.ts'],
  image: null,
  ports: [{ name: 'http', default: 4090, variable: 'VESTIBULE_LOCAL_PROVIDER_PORT' }],
  environment: {
    VESTIBULE_PUBLIC_URL: { from: 'publicUrl' },
    VESTIBULE_LISTEN_HOST: { from: 'listenHost' },
    VESTIBULE_LISTEN_PORT: { from: 'ownPort', port: 'http' },
    VESTIBULE_CLIENT_SECRET: { from: 'secret', secret: 'local-provider-client' },
  },
  readiness: { kind: 'http', port: 'http', path: '/health' },
  database: null,
  nodeFlags: ['--max-semi-space-size=1', '--max-old-space-size=128'],
}

export const proxy: Part = {
  ...plain,
  name: 'proxy',
  title: 'nginx: the one origin',
  kind: 'edge',
  command: ['{nginx}', '-c', '{state}/proxy/nginx.conf', '-e', 'stderr', '-g', 'daemon off;'],
  image: { variable: 'VESTIBULE_PROXY_IMAGE', default: 'vestibule/proxy' },
  ports: [{ name: 'http', default: 8080, variable: 'VESTIBULE_PROXY_PORT', published: true }],
  readiness: { kind: 'http', port: 'http', path: '/healthz' },
  dependsOn: ['kratos', 'identity', 'users', 'notifications'],
  database: null,
}
