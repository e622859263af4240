import type { OryInputSource } from '@app/ory-config/input'
import type { ProxyInput } from '@app/proxy/input'
import { callerSecret } from '../../manifest/service-part.ts'
import type { Part, PartName } from '../../manifest/types.ts'
import { signInInput } from '../../sign-in-settings.ts'
import { isAtEdge } from '../container-base.ts'
import { address, configFolder, portNumber } from '../place.ts'
import type { SetupSettings } from './settings.ts'

/** The one typed source's input for containers: parts reach each other by name, and nobody else can reach their networks. */
export function oryInput(
  { publicUrl, release, signIn, providers, origins }: SetupSettings,
  values: (secret: string) => string[],
): OryInputSource {
  const first = (name: string) => {
    const [value] = values(name)
    if (value === undefined) throw new Error(`the secret ${name} is missing`)
    return value
  }
  const dsn = (name: 'kratos' | 'keto') =>
    `postgres://${name}:${first(`${name}-database`)}@${address('postgres', 'sql')}/${name}?sslmode=disable`
  const endpoint = (port: string) => ({ host: '0.0.0.0', port: portNumber('keto', port) })
  return {
    target: 'compose',
    release,
    publicUrl,
    isNetworkPrivate: true,
    seenAt: configFolder,
    ...signInInput((name) => signIn[name]),
    extraReturnUrls: origins.returnUrls,
    kratos: {
      dsn: dsn('kratos'),
      publicHost: '0.0.0.0',
      publicPort: portNumber('kratos', 'public'),
      adminHost: '0.0.0.0',
      adminPort: portNumber('kratos', 'admin'),
    },
    keto: { dsn: dsn('keto'), read: endpoint('read'), write: endpoint('write'), metrics: endpoint('metrics'), opl: endpoint('opl') },
    secrets: { default: values('kratos-default'), cookie: values('kratos-cookie'), cipher: values('kratos-cipher') },
    hooks: { url: `http://${address('identity', 'internal')}`, secret: first(callerSecret('kratos', 'identity')) },
    courier: {
      url: `http://${address('notifications', 'internal')}/internal/courier`,
      secret: first(callerSecret('kratos', 'notifications')),
    },
    providers,
    ...(release === 'v26.2.0' ? { onlyV26: { paginationSecrets: values('ory-pagination') } } : {}),
  }
}

/** Writes nowhere but in /tmp, which is memory; Docker's name server is asked again when a part moves. */
export function proxyInput({ publicUrl, trustedProxies, origins }: SetupSettings, parts: readonly Part[]): ProxyInput {
  const edge = parts.filter(isAtEdge)
  const upstream = (name: PartName) => address(name, 'public')
  return {
    publicUrl,
    listen: [{ host: '0.0.0.0', port: portNumber('proxy', 'http') }],
    webRoot: '/srv/web',
    upstreams: Object.fromEntries(edge.map(({ name }) => [name, upstream(name)])),
    segments: edge.flatMap(({ name, segments }) => segments.map((segment) => ({ segment, upstream: name }))),
    trustedProxies,
    ...origins,
    paths: { pid: '/tmp/nginx.pid', temp: '/tmp', accessLog: '/dev/stdout', errorLog: 'stderr' },
    resolver: '127.0.0.11',
    workers: 2,
  }
}
