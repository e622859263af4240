/**
 * A Kratos or Keto of a test file's own: own database, own ports, own configuration, to be stopped, killed and restarted.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provisionPlain } from '@app/db/provision'
import { buildOry } from '@app/ory-config/build'
import { oryCommands } from '@app/ory-config/commands'
import type { OryInputSource } from '@app/ory-config/input'
import { type OryFiles, writeOryFiles } from '@app/ory-config/write'
import postgres from 'postgres'
import { type HookAnswer, type HookReceiver, type ReceivedCall, startHookReceiver } from './hook-receiver.ts'
import { freePorts, runToEnd, type ServerProcess, startServerProcess } from './server-process.ts'
import { testServers } from './servers.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

export type PrivateServer = Pick<ServerProcess, 'stop' | 'kill' | 'start' | 'output'> & {
  /** Name of its database, and of the role that owns it. */
  readonly database: string
  /** Everything that it says to its database goes through here. */
  readonly databaseProxy: TcpProxy
  /** Its configuration files; a file that it watches may be replaced. */
  readonly files: OryFiles
  /** Ends all its connections inside Postgres (`pg_terminate_backend`). */
  readonly killBackends: () => Promise<void>
  /** Stops it and removes its database and files. */
  readonly close: () => Promise<void>
}

export type PrivateKratos = PrivateServer & {
  readonly publicUrl: string
  readonly adminUrl: string
  /** What identity's hooks and notifications' courier endpoint got. */
  readonly receiver: HookReceiver
}

export type PrivateKeto = PrivateServer & { readonly readUrl: string; readonly writeUrl: string }

export type PrivateOptions = {
  /** Over the generated input, by its first level. */
  readonly input?: Partial<OryInputSource>
  /** What Kratos' hooks and courier are answered; by default 200 `{}`. */
  readonly answer?: (call: ReceivedCall) => HookAnswer
}

/** @throws {Error} with Kratos' last lines when it does not start. */
export async function startPrivateKratos({ input = {}, answer }: PrivateOptions = {}): Promise<PrivateKratos> {
  const receiver = await startHookReceiver(answer)
  const server = await startPrivate('kratos', receiver.url, input).catch(async (error: unknown) => {
    await receiver.close()
    throw error
  })
  const { kratos } = server.source
  return {
    ...server,
    receiver,
    publicUrl: `http://127.0.0.1:${kratos.publicPort}`,
    adminUrl: `http://127.0.0.1:${kratos.adminPort}`,
    close: async () => {
      await server.close()
      await receiver.close()
    },
  }
}

/** @throws {Error} with Keto's last lines when it does not start. */
export async function startPrivateKeto({ input = {} }: Pick<PrivateOptions, 'input'> = {}): Promise<PrivateKeto> {
  const server = await startPrivate('keto', 'http://127.0.0.1:1', input)
  const { keto } = server.source
  return { ...server, readUrl: `http://127.0.0.1:${keto.read.port}`, writeUrl: `http://127.0.0.1:${keto.write.port}` }
}

type Part = 'kratos' | 'keto'
type Release = OryInputSource['release']

async function startPrivate(
  part: Part,
  hooksUrl: string,
  input: Partial<OryInputSource>,
): Promise<PrivateServer & { source: OryInputSource }> {
  // First what can fail without leaving anything behind.
  const binaries = await buildOry({ env: process.env })
  const release = await releaseOf(binaries[part])
  const [data, folder] = await Promise.all([createDatabase(part), mkdtemp(join(tmpdir(), `vestibule-${part}-`))])
  const source = { ...(await defaultInput(part, release, data.dsn, hooksUrl)), ...input }
  const discard = async () => {
    await data.drop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const files = await writeOryFiles(source, folder)
    const commands = oryCommands(files)
    await runToEnd(binaries[part], commands[part].migrate, commands.env)
    const readyPort = part === 'kratos' ? source.kratos.publicPort : source.keto.read.port
    const server = await startServerProcess({
      file: binaries[part],
      args: commands[part].serve,
      env: commands.env,
      readyUrl: `http://127.0.0.1:${readyPort}/health/ready`,
    })
    const close = async () => {
      await server.stop()
      await discard()
    }
    return { ...server, source, files, database: data.name, databaseProxy: data.proxy, killBackends: data.killBackends, close }
  } catch (error) {
    await discard()
    throw error
  }
}

/** Another binary than ours may be named by VESTIBULE_KRATOS_BIN or VESTIBULE_KETO_BIN. */
async function releaseOf(binary: string): Promise<Release> {
  return /\bv?26\./.test(await runToEnd(binary, ['version'], {})) ? 'v26.2.0' : 'v1.3.1'
}

async function createDatabase(part: Part) {
  const admin = postgres(testServers().postgresUrl, { max: 1, onnotice: () => {} })
  const name = `${part}_${randomBytes(5).toString('hex')}`
  const password = randomSecret()
  await provisionPlain(admin, { name, password })
  const { hostname, port } = new URL(testServers().postgresUrl)
  const proxy = await startTcpProxy({ host: hostname, port: Number(port === '' ? 5432 : port) })
  return {
    name,
    proxy,
    dsn: `postgres://${name}:${password}@${proxy.host}:${proxy.port}/${name}?sslmode=disable`,
    killBackends: async () => {
      await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`
    },
    drop: async () => {
      await proxy.close()
      await admin.unsafe(`drop database if exists "${name}" with (force)`)
      await admin.unsafe(`drop role if exists "${name}"`)
      await admin.end({ timeout: 1 })
    },
  }
}

async function defaultInput(part: Part, release: Release, dsn: string, hooksUrl: string): Promise<OryInputSource> {
  const [publicPort = 0, adminPort = 0, read = 0, write = 0, metrics = 0, opl = 0] = await freePorts(6)
  const host = '127.0.0.1'
  // The other part is configured too and never started.
  const dsnOf = (one: Part) => (one === part ? dsn : 'postgres://unused@127.0.0.1:1/unused')
  return {
    target: 'native',
    release,
    publicUrl: 'http://localhost:8080',
    kratos: { dsn: dsnOf('kratos'), publicHost: host, publicPort, adminHost: host, adminPort },
    keto: {
      dsn: dsnOf('keto'),
      read: { host, port: read },
      write: { host, port: write },
      metrics: { host, port: metrics },
      opl: { host, port: opl },
    },
    secrets: { default: [randomSecret()], cookie: [randomSecret()], cipher: [randomSecret()] },
    hooks: { url: hooksUrl, secret: randomSecret() },
    courier: { url: `${hooksUrl}/internal/courier`, secret: randomSecret() },
  }
}

/** 32 characters. */
function randomSecret(): string {
  return randomBytes(24).toString('base64url')
}
