import { chownSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ProxyInput } from '@app/proxy/input'
import { proxyPaths, writeProxyFiles } from '@app/proxy/write'
import { manifest } from '../manifest.ts'
import { otherOrigins } from '../other-origins.ts'
import { PlainError } from '../plain-error.ts'
import { portOf } from '../ports.ts'
import { lastMeaningfulLine } from '../supervisor/last-words.ts'
import { httpProbe, tcpProbe } from '../supervisor/probe.ts'
import type { Driver, Launch, NetworkContext } from '../supervisor/types.ts'
import { baseEnvironment } from './base-environment.ts'
import { unprivilegedUser } from './unprivileged-user.ts'

/** The system's nginx with a configuration of its own, not as root even when everything else is. */
export function proxyDriver(context: NetworkContext): Driver {
  const folder = context.state.proxy
  const user = unprivilegedUser(null, context.programs['setpriv'] ?? null, { mayUseLowPorts: true })
  const [command = '', ...prefix] = [...user.prefix, context.programs['nginx'] ?? '']
  const env = baseEnvironment(folder)

  /** nginx' own check first: its reasons are better than a dead process. */
  async function prepare(): Promise<void> {
    await context.builds.web()
    mkdirSync(webRoot(context), { recursive: true })
    const files = writeProxyFiles(proxyInput(context), folder)
    if (user.owner !== null) giveFolder(context, user.owner)
    const result = await context.oneShots.run({ command, args: [...prefix, ...files.testArguments], env, cwd: '/', timeoutMs: 20_000 })
    if (result.exitCode !== 0)
      throw new PlainError(`nginx refuses its configuration: ${lastMeaningfulLine(result.output) ?? 'no reason given'}`)
  }

  const launch = (): Launch => ({
    command,
    args: [...prefix, '-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr', '-g', 'daemon off;'],
    env,
    cwd: '/',
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 500,
    probe: isTls(context)
      ? tcpProbe(portOf(context.ports, 'proxy', 'http'))
      : httpProbe(portOf(context.ports, 'proxy', 'http'), '/healthz'),
  })
  return { prepare, launch }
}

const webRoot = (context: NetworkContext) => join(context.root, 'services', 'web', 'dist')
const isTls = ({ settings }: NetworkContext) => settings['VESTIBULE_TLS_CERTIFICATE'] !== undefined
const accessLog = (context: NetworkContext) => join(context.state.logs, 'proxy-access.log')

/** What nginx is told: parts that have an address at the edge, and who owns which path. */
export function proxyInput(context: NetworkContext): ProxyInput {
  const { ports, settings, state } = context
  const edge = manifest.filter((part) => part.name === 'kratos' || part.name === 'identity' || part.segments.length > 0)
  const certificate = settings['VESTIBULE_TLS_CERTIFICATE']
  const key = settings['VESTIBULE_TLS_KEY']
  if ((certificate === undefined) !== (key === undefined))
    throw new PlainError('VESTIBULE_TLS_CERTIFICATE and VESTIBULE_TLS_KEY go together: set both or neither.')
  const trusted = (settings['VESTIBULE_TRUSTED_PROXIES'] ?? '').split(/[\s,]+/).filter((text) => text !== '')
  return {
    publicUrl: context.publicUrl,
    listen: [{ host: '127.0.0.1', port: portOf(ports, 'proxy', 'http') }],
    webRoot: webRoot(context),
    upstreams: Object.fromEntries(edge.map((part) => [part.name, `127.0.0.1:${portOf(ports, part.name, 'public')}`])),
    segments: edge.flatMap((part) => part.segments.map((segment) => ({ segment, upstream: part.name }))),
    trustedProxies: trusted,
    ...otherOrigins((name) => settings[name]),
    tls: certificate === undefined || key === undefined ? null : { certificate, key },
    paths: { ...proxyPaths(state.proxy), accessLog: accessLog(context) },
    workers: 1,
  }
}

/** nginx writes its pid, temporary files and access log as the user it runs as. */
function giveFolder(context: NetworkContext, { uid, gid }: { uid: number; gid: number }): void {
  const { proxy } = context.state
  closeSync(openSync(accessLog(context), 'a', 0o600))
  for (const path of [proxy, join(proxy, 'temp'), accessLog(context)]) {
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) chownSync(path, uid, gid)
  }
}
