/**
 * Guests: how many a second can be made, and whether everything they made has exactly one owner after kill -9 at random points.
 *
 *   npm run bench -- guests [--kills 200] [--seconds 10]
 *
 * Starts a throw-away network on free ports. Visitors become guests, keep preferences, and sign in, while identity and users are killed
 * again and again; whoever gets no answer asks again, as the app does. In the end every preference must be there once, with the person.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readNetworkFile } from '@app/network/network-file'
import { statePaths } from '@app/network/state/paths'
import { askSupervisor } from '@app/network/supervisor/control-client'
import type { PartView } from '@app/network/supervisor/control-protocol'
import { addressesOf } from '@app/testing/servers'
import postgres from 'postgres'

const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' }, seconds: { type: 'string', default: '10' } } })
const kills = Number(values.kills)
const seconds = Number(values.seconds)
const place = mkdtempSync(join(tmpdir(), 'vestibule-guests-'))
const state = statePaths(place)
/** bcrypt, cost 4: as many people as are needed in seconds. */
const password = 'correct horse battery 7'
const hashedPassword = '$2b$04$H9BQApFQg7mo/nscCakEmeLXTpb4Pd7VpuSIsmsbbOqVWRUW0FHym'
const keysPerGuest = 3
const visitors = 4

interface Servers {
  readonly identity: string
  readonly users: string
  readonly kratosAdmin: string
  readonly kratosPublic: string
  readonly publicUrl: string
  readonly database: string
}

async function startNetwork(): Promise<{ network: ChildProcess; servers: Servers }> {
  const cli = fileURLToPath(new URL('../../packages/network/src/cli/main.ts', import.meta.url))
  const network = spawn(process.execPath, [cli, 'test-network', '--state', place], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  await Promise.race([once(network, 'message'), once(network, 'exit').then(() => Promise.reject(new Error('the network did not start')))])
  const found = addressesOf(readNetworkFile(state.networkFile))
  const { identityUrl, usersUrl, kratosAdminUrl, kratosPublicUrl, publicUrl, postgresUrl } = found
  if (!identityUrl || !usersUrl || !kratosAdminUrl || !kratosPublicUrl || !publicUrl || !postgresUrl) throw new Error('a part is missing')
  const servers = {
    identity: identityUrl,
    users: usersUrl,
    kratosAdmin: kratosAdminUrl,
    kratosPublic: kratosPublicUrl,
    publicUrl,
    database: postgresUrl,
  }
  return { network, servers }
}

async function partOf(name: string): Promise<PartView | undefined> {
  const answer = await askSupervisor(state, { command: 'status' }, 5_000)
  return answer?.ok === true ? answer.status?.parts.find((part) => part.name === name) : undefined
}

/** Another household each time: what is measured are not the limits. */
const anyAddress = () => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`

async function ask(origin: string, method: string, address: string, init: { body?: unknown; token?: string; cookie?: string } = {}) {
  const response = await fetch(address, {
    method,
    signal: AbortSignal.timeout(8_000),
    headers: {
      accept: 'application/json',
      origin,
      'x-real-ip': anyAddress(),
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(init.token === undefined ? {} : { 'x-session-token': init.token }),
      ...(init.cookie === undefined ? {} : { cookie: init.cookie }),
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  })
  return { status: response.status, json: JSON.parse((await response.text()) || 'null') }
}

type Asked = Awaited<ReturnType<typeof ask>>

/** Asks until the answer is one of these, like a person who is told to try again. */
async function insist(good: readonly number[], question: () => Promise<Asked>): Promise<Asked> {
  const until = performance.now() + 120_000
  let last: unknown
  while (performance.now() < until) {
    const answer = await question().catch((error: unknown) => {
      last = error
      return null
    })
    if (answer !== null && good.includes(answer.status)) return answer
    last = answer ?? last
    await delay(100)
  }
  throw new Error(`nobody answered for two minutes: ${JSON.stringify(last)}`)
}

async function makePerson({ kratosAdmin, publicUrl }: Servers): Promise<{ id: string; email: string }> {
  const email = `guest-${randomBytes(8).toString('hex')}@example.org`
  const traits = { email, name: 'Ada Example', locale: 'en' }
  const body = { schema_id: 'person', traits, credentials: { password: { config: { hashed_password: hashedPassword } } } }
  const { json } = await insist([201], () => ask(publicUrl, 'POST', `${kratosAdmin}/admin/identities`, { body }))
  return { id: json.id, email }
}

/** One visit: from nobody to a person. @returns the keys that were kept and who must have them */
async function visit(servers: Servers): Promise<{ owner: string; keys: string[] }> {
  const { identity, users, kratosPublic, publicUrl } = servers
  const [person, guest] = await Promise.all([
    makePerson(servers),
    insist([201], () => ask(publicUrl, 'POST', `${identity}/api/v1/guests`, { body: { keptAs: 'token' } })),
  ])
  const token: string = guest.json.sessionToken
  const label = `bench.${randomBytes(6).toString('hex')}`
  const keep = (key: string) => ask(publicUrl, 'PUT', `${users}/api/v1/preferences/${key}`, { body: { value: key }, token })
  const keys = Array.from({ length: keysPerGuest }, (_, index) => `${label}.k${index}`)
  for (const key of keys) await insist([200], () => keep(key))
  // Under way while the guest signs in: it counts when it was answered with yes.
  const late = `${label}.late`
  const lateAnswer = keep(late).catch(() => null)
  const signIn = async () => {
    const flow = await ask(publicUrl, 'GET', `${kratosPublic}/self-service/login/api`)
    const body = { method: 'password', identifier: person.email, password }
    return await ask(publicUrl, 'POST', `${identity}/self-service/login?flow=${flow.json.id}`, { body, cookie: `vst_guest=${token}` })
  }
  const signedIn = await insist([200], signIn)
  const session: string = signedIn.json.session_token
  // The app asks once more, with the cookie that is left when an answer was lost.
  await insist([200], () => ask(publicUrl, 'POST', `${identity}/api/v1/guests/merge`, { body: { guestToken: token }, token: session }))
  const wasKept = (await lateAnswer)?.status === 200
  return { owner: person.id, keys: wasKept ? [...keys, late] : keys }
}

async function measureRate({ identity, publicUrl }: Servers, forSeconds: number): Promise<number> {
  const until = performance.now() + forSeconds * 1_000
  let made = 0
  const one = async () => {
    while (performance.now() < until) {
      const { status } = await ask(publicUrl, 'POST', `${identity}/api/v1/guests`, { body: {} })
      if (status !== 201) throw new Error(`a guest was answered ${status}`)
      made += 1
    }
  }
  await Promise.all(Array.from({ length: 8 }, one))
  return made / forSeconds
}

async function killSometimes(stopped: () => boolean): Promise<number> {
  let killed = 0
  const killer = async (name: string, share: number) => {
    for (let count = 0; count < share; count += 1) {
      await delay(randomInt(50, 1_500))
      const part = await partOf(name)
      if (part?.pid == null || part.state !== 'ready') {
        count -= 1
        continue
      }
      process.kill(part.pid, 'SIGKILL')
      killed += 1
    }
  }
  await Promise.all([killer('identity', Math.ceil(kills / 2)), killer('users', Math.floor(kills / 2))])
  if (stopped()) throw new Error('the visitors stopped before the kills were over')
  return killed
}

async function measureKills(servers: Servers): Promise<void> {
  const visits: { owner: string; keys: string[] }[] = []
  let over = false
  const visitor = async () => {
    while (!over) visits.push(await visit(servers))
  }
  const visiting = Promise.all(Array.from({ length: visitors }, visitor))
  const killed = await Promise.race([killSometimes(() => over), visiting.then(() => 0)])
  over = true
  await visiting
  const expected = new Map(visits.flatMap(({ owner, keys }) => keys.map((key) => [key, owner] as const)))
  const wrong = await settle(servers, expected)
  process.stdout.write(
    `${visits.length} guests, ${expected.size} rows, ${killed} kills: ${wrong.length} rows without exactly one right owner\n`,
  )
  for (const line of wrong.slice(0, 10)) process.stdout.write(`  ${line}\n`)
  if (wrong.length > 0) process.exitCode = 1
}

/** Waits until every event has arrived, a minute at most. */
async function settle({ database }: Servers, expected: ReadonlyMap<string, string>): Promise<string[]> {
  const url = new URL(database)
  url.pathname = '/users'
  const sql = postgres(url.href, { max: 1 })
  try {
    const until = performance.now() + 60_000
    for (;;) {
      const rows = await sql<{ key: string; owner_id: string }[]>`select key, owner_id from preferences where key like 'bench.%'`
      const owners = Map.groupBy(rows, ({ key }) => key)
      const wrong = [...expected].flatMap(([key, owner]) => {
        const found = (owners.get(key) ?? []).map(({ owner_id }) => owner_id)
        return found.length === 1 && found[0] === owner ? [] : [`${key}: ${found.join(', ') || 'nobody'}, not ${owner}`]
      })
      if (wrong.length === 0 || performance.now() > until) return wrong
      await delay(500)
    }
  } finally {
    await sql.end({ timeout: 1 })
  }
}

const { network, servers } = await startNetwork()
try {
  // Programs that have just started translate their code first.
  await measureRate(servers, 5)
  const rate = await measureRate(servers, seconds)
  process.stdout.write(`${rate.toFixed(0)} guests a second  bar 100  ${rate >= 100 ? 'ok' : 'MISSED'}\n`)
  if (rate < 100) process.exitCode = 1
  await measureKills(servers)
} finally {
  network.kill('SIGTERM')
  if (network.exitCode === null) await once(network, 'exit')
  rmSync(place, { recursive: true, force: true })
}
