/** The peer: better-auth with Hono, installed on demand into its own folder. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts } from '@app/testing/server-process'
import postgres from 'postgres'
import { root } from './network.ts'

const folder = join(root, 'bench/peers/better-auth')

export interface Peer {
  readonly port: number
  readonly stop: () => void
}

export function installPeer(): void {
  if (existsSync(join(folder, 'node_modules/better-auth'))) return
  process.stdout.write('installing better-auth …\n')
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** With a database of its own on the same server. */
export async function startPeer(name: string, cookieCache: boolean, postgresUrl: string, origin: string): Promise<Peer> {
  const database = `better_auth_${name}`
  const sql = postgres(postgresUrl, { max: 1, onnotice: () => {} })
  await sql.unsafe(`create database ${database}`)
  await sql.end()
  const url = new URL(postgresUrl)
  url.pathname = `/${database}`
  const [port = 0] = await freePorts(1)
  const env = {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    DATABASE_URL: url.href,
    ORIGIN: origin,
    BASE_PATH: `/api/v1/${name}`,
    PORT: String(port),
    COOKIE_CACHE: cookieCache ? '1' : '0',
  }
  const child = spawn(process.execPath, [join(folder, 'server.mjs')], { env, cwd: folder, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  await Promise.race([once(child, 'message'), once(child, 'exit').then(() => Promise.reject(new Error('better-auth did not start')))])
  return { port, stop: () => void child.kill('SIGTERM') }
}

/** The `Cookie` header of somebody who has just signed up. */
export async function signUp(base: string, origin: string, number: number): Promise<string> {
  const response = await fetch(`${base}/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ email: `ada-${number}@example.org`, name: 'Ada Example', password: 'correct-horse-battery' }),
  })
  if (!response.ok) throw new Error(`better-auth sign-up: ${response.status} ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ')
}
