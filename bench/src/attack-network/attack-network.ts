/** A throw-away network for benches about signing in, asked at identity's own port as nginx asks it: who sends is in X-Real-IP. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readNetworkFile } from '@app/network/network-file'
import { statePaths } from '@app/network/state/paths'
import { addressesOf } from '@app/testing/servers'
import postgres from 'postgres'
import { z } from 'zod'

export const password = 'correct horse battery 7'
const Flow = z.object({ id: z.uuid() })

export interface Heard {
  readonly status: number
  readonly text: string
  readonly headers: Headers
  readonly ms: number
}

export interface AttackNetwork {
  /** Submits to a new flow of an app. Only the submission is timed. */
  submit(kind: 'login' | 'recovery', values: object, address: string, cookie?: string): Promise<Heard>
  /** With a hash that is made elsewhere. */
  addPerson(email: string, hashedPassword: string): Promise<void>
  readonly kratosDatabase: postgres.Sql
  close(): Promise<void>
}

/** @param settings in place of what tests get, such as `VESTIBULE_LIMIT_RANGE` */
export async function startAttackNetwork(settings: Readonly<Record<string, string>>): Promise<AttackNetwork> {
  const place = mkdtempSync(join(tmpdir(), 'vestibule-guard-'))
  const network = await start(place, settings)
  const found = addressesOf(readNetworkFile(statePaths(place).networkFile))
  const { identityUrl, kratosAdminUrl, kratosPublicUrl, publicUrl, postgresUrl } = found
  if (!identityUrl || !kratosAdminUrl || !kratosPublicUrl || !publicUrl || !postgresUrl) throw new Error('a part is missing')
  const database = new URL(postgresUrl)
  database.pathname = '/kratos'
  const kratosDatabase = postgres(database.href, { max: 1, onnotice: () => {} })
  return {
    submit: async (kind, values, address, cookie) => {
      const flow = Flow.parse(await (await fetch(`${kratosPublicUrl}/self-service/${kind}/api`)).json())
      const startedAt = performance.now()
      const answer = await fetch(`${identityUrl}/self-service/${kind}?flow=${flow.id}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          origin: publicUrl,
          'x-real-ip': address,
          ...(cookie === undefined ? {} : { cookie }),
        },
        body: JSON.stringify(values),
      })
      const text = await answer.text()
      return { status: answer.status, text, headers: answer.headers, ms: performance.now() - startedAt }
    },
    addPerson: async (email, hashedPassword) => {
      const traits = { email, name: 'Ada Example', locale: 'en' }
      const body = { schema_id: 'person', traits, credentials: { password: { config: { hashed_password: hashedPassword } } } }
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${kratosAdminUrl}/admin/identities`, { method: 'POST', headers, body: JSON.stringify(body) })
      if (answer.status !== 201) throw new Error(`no identity: ${answer.status} ${await answer.text()}`)
    },
    kratosDatabase,
    close: async () => {
      await kratosDatabase.end({ timeout: 1 })
      network.kill('SIGTERM')
      await once(network, 'exit')
      rmSync(place, { recursive: true, force: true })
    },
  }
}

async function start(place: string, settings: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const cli = fileURLToPath(new URL('../../../packages/network/src/cli/main.ts', import.meta.url))
  const env = { ...process.env, ...settings }
  const network = spawn(process.execPath, [cli, 'test-network', '--state', place], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const failed = once(network, 'exit').then(() => Promise.reject(new Error('the network did not start')))
  await Promise.race([once(network, 'message'), failed])
  failed.catch(() => {})
  return network
}

/** Runs `one` for 0 to `count` - 1, some at a time. */
export async function eachOf(count: number, atOnce: number, one: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) {
      const index = next
      next += 1
      await one(index)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
