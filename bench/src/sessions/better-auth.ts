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
  readonly name: string
  readonly port: number
  readonly stop: () => Promise<void>
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
  const stop = async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  return { name, port, stop }
}

/** `Cookie` headers of people who have just signed up. */
export async function signUps({ name, port }: Peer, count: number, origin: string): Promise<{ cookie: string }[]> {
  const cookies: { cookie: string }[] = []
  for (let number = 0; number < count; number += 1) {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${name}/sign-up/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ email: `ada-${number}@example.org`, name: 'Ada Example', password: 'correct-horse-battery' }),
    })
    if (!response.ok) throw new Error(`better-auth sign-up: ${response.status} ${await response.text()}`)
    const pairs = response.headers.getSetCookie().map((line) => line.split(';', 1)[0])
    cookies.push({ cookie: pairs.join('; ') })
  }
  await proveSession(`http://127.0.0.1:${port}/api/v1/${name}/get-session`, cookies[0]?.cookie ?? '')
  return cookies
}

/** It says 200 to strangers too, with `null`: that would be measured instead. */
async function proveSession(url: string, cookie: string): Promise<void> {
  const text = await (await fetch(url, { headers: { cookie } })).text()
  if (!text.includes('ada-0@example.org')) throw new Error(`better-auth knows no session: ${text}`)
}
