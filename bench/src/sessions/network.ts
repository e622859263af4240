/** A throw-away network on free ports, and what the bench starts beside it: services with other settings, and nginx before them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Place, partEnvironment } from '@app/network/environment'
import { findPart } from '@app/network/manifest'
import { serviceNodeFlags } from '@app/network/manifest/service-part'
import type { PartName } from '@app/network/manifest/types'
import { type NetworkFile, readNetworkFile } from '@app/network/network-file'
import { secretPath } from '@app/network/secrets'
import { statePaths } from '@app/network/state/paths'
import type { ProxyInput } from '@app/proxy/input'
import { proxyPaths, writeProxyFiles } from '@app/proxy/write'
import { until } from '@app/testing/poll'
import { freePorts } from '@app/testing/server-process'
import { addressesOf, type TestServers } from '@app/testing/servers'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

export interface BenchNetwork {
  readonly servers: Partial<TestServers>
  /** `host:port` of a part's port. */
  readonly address: (part: PartName, port: string) => string
  /** Starts `main` as the manifest would start the part, with other ports and settings. */
  readonly startService: (part: PartName, main: string, settings?: Record<string, string>) => Promise<Service>
  /** nginx as the network has it, with other upstreams and without limits that would be measured instead. */
  readonly startProxy: (upstreams: Record<string, string>, more?: Record<string, string>) => Promise<number>
  readonly folder: string
  readonly stop: () => Promise<void>
}

export interface Service {
  readonly port: number
  readonly internalPort: number
}

export async function startNetwork(): Promise<BenchNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'vestibule-sessions-'))
  const cli = join(root, 'packages/network/src/cli/main.ts')
  const network = spawn(process.execPath, [cli, 'test-network', '--state', folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  await Promise.race([once(network, 'message'), once(network, 'exit').then(() => Promise.reject(new Error('the network did not start')))])
  const file = readNetworkFile(statePaths(folder).networkFile)
  if (file === null) throw new Error('the network does not say where it is')
  const started: ChildProcess[] = []
  const place = placeOf(file)
  return {
    servers: addressesOf(file),
    address: place.address,
    folder,
    startService: async (part, main, settings = {}) => {
      const [port = 0, internalPort = 0] = await freePorts(2)
      const own = { VESTIBULE_LISTEN_PORT: String(port), VESTIBULE_INTERNAL_PORT: String(internalPort), ...settings }
      const env = { PATH: process.env['PATH'], NODE_ENV: 'production', ...partEnvironment(findPart(part), place), ...own }
      started.push(spawn(process.execPath, [...serviceNodeFlags, main], { env, stdio: ['ignore', 'ignore', 'inherit'] }))
      await until(async () => (await fetch(`http://127.0.0.1:${internalPort}/health/ready`)).ok, { timeoutMs: 30_000 })
      return { port, internalPort }
    },
    startProxy: async (upstreams, more = {}) => {
      const [port = 0] = await freePorts(1)
      const own = join(folder, `proxy-${port}`)
      const files = writeProxyFiles(proxyInput(place, port, own, upstreams, more), own)
      started.push(spawn('nginx', files.runArguments, { stdio: ['ignore', 'ignore', 'inherit'] }))
      await until(async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok, { timeoutMs: 10_000 })
      return port
    },
    stop: async () => {
      for (const child of started) child.kill('SIGTERM')
      network.disconnect()
      if (network.exitCode === null) await once(network, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function placeOf({ ports, publicUrl, state }: NetworkFile): Place {
  const { secrets } = statePaths(state)
  const port = (part: PartName, name: string) => ports[`${part}.${name}`] ?? 0
  return {
    port,
    address: (part, name) => `127.0.0.1:${port(part, name)}`,
    listenHost: '127.0.0.1',
    publicUrl,
    secretFile: (secret) => secretPath(secrets, secret),
    setting: () => undefined,
  }
}

function proxyInput(
  { address }: Place,
  port: number,
  folder: string,
  upstreams: Record<string, string>,
  more: Record<string, string>,
): ProxyInput {
  const many = { perSecond: 100_000, burst: 1_000_000 }
  const parts = { kratos: address('kratos', 'public'), identity: address('identity', 'public'), users: address('users', 'public') }
  return {
    // nginx refuses requests for another host.
    publicUrl: `http://localhost:${port}`,
    listen: [{ host: '127.0.0.1', port }],
    webRoot: join(root, 'services/web/dist'),
    upstreams: { ...parts, ...more, ...upstreams },
    segments: [
      { segment: 'session', upstream: 'identity' },
      { segment: 'users', upstream: 'users' },
      ...Object.keys(more).map((name) => ({ segment: name, upstream: name })),
    ],
    paths: proxyPaths(folder),
    rates: { site: many, api: many, kratos: many, guard: many, connections: 10_000 },
    workers: 1,
  }
}
