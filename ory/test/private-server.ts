/** Starting a Kratos or Keto of a test's own: real binary, real files, own database, free ports. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testServers } from '@app/testing/servers'
import postgres from 'postgres'
import { buildOry } from '../src/build.ts'
import type { OryInputSource } from '../src/input.ts'

const randomSecret = () => randomBytes(24).toString('base64url')
export const newFolder = () => mkdtemp(join(tmpdir(), 'vestibule-ory-'))
export const removeFolder = (path: string) => rm(path, { recursive: true, force: true })
export const binaries = () => buildOry({ env: process.env })

/** Which release the binaries are: other ones than ours can be named, and need files of their own. */
async function releaseOf(kratos: string): Promise<'v1.3.1' | 'v26.2.0'> {
  const { output } = await runToEnd(kratos, ['version'], {})
  return /Version:\s+v?26\./.test(output) ? 'v26.2.0' : 'v1.3.1'
}

/** A complete input on free ports; a test changes what it is about. */
export async function inputFor(databases: { kratos: string; keto: string }, folder: string): Promise<OryInputSource> {
  const [publicPort, adminPort] = [await freePort(), await freePort()]
  const keto = (name: string) => ({ host: '127.0.0.1', port: 0, listenFile: join(folder, `keto-${name}.address`) })
  return {
    target: 'native',
    release: await releaseOf((await binaries()).kratos),
    publicUrl: 'http://localhost:8080',
    kratos: { dsn: databases.kratos, publicHost: '127.0.0.1', publicPort, adminHost: '127.0.0.1', adminPort },
    keto: { dsn: databases.keto, read: keto('read'), write: keto('write'), metrics: keto('metrics'), opl: keto('opl') },
    secrets: { default: [randomSecret()], cookie: [randomSecret()], cipher: [randomSecret()] },
    hooks: { url: 'http://127.0.0.1:1', secret: randomSecret() },
    courier: { url: 'http://127.0.0.1:1/internal/courier', secret: randomSecret() },
  }
}

/** An empty database on the test server, and how to remove it. */
export async function newDatabase(name: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const { postgresUrl } = testServers()
  const database = `${name}_${randomBytes(5).toString('hex')}`
  const admin = postgres(postgresUrl, { max: 1, onnotice: () => {} })
  await admin.unsafe(`create database ${database}`)
  const url = new URL(postgresUrl)
  url.pathname = `/${database}`
  url.searchParams.set('sslmode', 'disable')
  const drop = async () => {
    await admin.unsafe(`drop database if exists ${database} with (force)`)
    await admin.end()
  }
  return { url: url.href, drop }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('the system gave no port')
  return address.port
}

export interface Running {
  child: ChildProcess
  /** What it has printed so far. */
  output: () => string
  stop: () => Promise<void>
}

/** Runs a server in the background; `until` its readiness is for the caller. */
export function startServer(path: string, args: string[], env: Record<string, string>): Running {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], HOME: tmpdir(), ...env } })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const exit = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 8_000)
    await exit
    clearTimeout(timer)
  }
  return { child, output: () => printed, stop }
}

/** Runs a command to its end and gives what it printed. */
export async function runToEnd(
  path: string,
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const running = startServer(path, args, env)
  const code = await new Promise<number | null>((resolve) => running.child.once('close', resolve))
  return { code, output: running.output() }
}

export const readIfThere = (path: string) => readFile(path, 'utf8').catch(() => null)
