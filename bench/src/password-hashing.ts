/**
 * What signing in costs with each way to hash passwords, through a real Kratos: `node bench/src/password-hashing.ts`.
 *
 * Needs VESTIBULE_TEST_POSTGRES_URL (a superuser's) or a running test network. Linux only: processor time and memory come from /proc.
 * The decision made from it: `docs/decisions/0001-password-hashing.md`.
 */
import { readFile } from 'node:fs/promises'
import type { OryInputSource } from '@app/ory-config/input'
import { z } from 'zod'
import { type PrivateKratos, startPrivateKratos } from '../../ory/test/private-kratos.ts'
import { startReceiver } from '../../ory/test/receiver.ts'

type Hashing = NonNullable<NonNullable<OryInputSource['passwords']>['hashing']>

const settings: [string, Hashing][] = [
  ['bcrypt 12', { algorithm: 'bcrypt', cost: 12 }],
  ['bcrypt 13', { algorithm: 'bcrypt', cost: 13 }],
  ['argon2id 19 MB, 2 passes, 1 lane', { algorithm: 'argon2', memoryMb: 19, iterations: 2, parallelism: 1 }],
  ['argon2id 64 MB, 3 passes, 1 lane', { algorithm: 'argon2', memoryMb: 64, iterations: 3, parallelism: 1 }],
  ['argon2id 64 MB, 4 passes, 2 lanes', { algorithm: 'argon2', memoryMb: 64, iterations: 4, parallelism: 2 }],
  ['argon2id 128 MB, 1 pass, 2 lanes', { algorithm: 'argon2', memoryMb: 128, iterations: 1, parallelism: 2 }],
]
const password = 'correct-horse-4711'
const people = Array.from({ length: 8 }, (_, index) => `person-${index}@example.org`)

const receiver = await startReceiver()
print([
  'setting',
  'at once',
  'p50 ms',
  'p95 ms',
  'a second',
  'cpu ms each',
  'peak MB',
  'wrong password: known p5, p50, p95',
  'unknown p5, p50, p95',
])
for (const [name, hashing] of settings.filter(([name]) => name.includes(process.argv[2] ?? ''))) await measure(name, hashing)
await receiver.stop()

async function measure(name: string, hashing: Hashing): Promise<void> {
  const kratos = await startPrivateKratos((input) => ({
    ...input,
    hooks: { ...input.hooks, url: receiver.url },
    courier: { ...input.courier, url: `${receiver.url}/internal/courier` },
    passwords: { hashing },
  }))
  try {
    for (const email of people) await create(kratos, email)
    await signInMany(kratos, 4, 2, people)
    for (const [atOnce, count] of [
      [1, 30],
      [4, 60],
      [16, 96],
    ] as const) {
      const cpuBefore = await cpuMs(kratos.pid())
      const startedAt = performance.now()
      const stopWatching = watchMemory(kratos.pid())
      const times = await signInMany(kratos, count, atOnce, people)
      const elapsed = performance.now() - startedAt
      const peak = await stopWatching()
      const cpu = ((await cpuMs(kratos.pid())) - cpuBefore) / count
      const each = [((count / elapsed) * 1000).toFixed(1), cpu.toFixed(0), peak]
      print([name, atOnce, at(times, 0.5), at(times, 0.95), ...each, ...(atOnce === 1 ? await guesses(kratos) : ['', ''])])
    }
  } finally {
    await kratos.stop()
  }
}

/** What somebody who guesses sees of an address that is known and of one that is not, taken in turns. */
async function guesses(kratos: PrivateKratos): Promise<string[]> {
  const [known, unknown]: [number[], number[]] = [[], []]
  for (let round = 0; round < 30; round += 1) {
    known.push(...(await signInMany(kratos, 1, 1, people, 'wrong-horse-4711')))
    unknown.push(...(await signInMany(kratos, 1, 1, ['nobody@example.org'], 'wrong-horse-4711')))
  }
  return [known, unknown].map((times) => [0.05, 0.5, 0.95].map((part) => at(times, part)).join(', '))
}

function print(cells: (string | number)[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`)
}

async function create({ adminUrl }: PrivateKratos, email: string): Promise<void> {
  const answer = await post(`${adminUrl}/admin/identities`, {
    schema_id: 'person',
    traits: { email, name: 'Bench', locale: 'en' },
    credentials: { password: { config: { password } } },
  })
  if (answer.status !== 201) throw new Error(`no identity: ${answer.status} ${await answer.text()}`)
}

/** Milliseconds of each submission; the flow before it is not counted. */
async function signInMany(
  kratos: PrivateKratos,
  count: number,
  atOnce: number,
  identifiers: string[],
  secret = password,
): Promise<number[]> {
  const times: number[] = []
  let next = 0
  const worker = async () => {
    while (next < count) {
      const identifier = identifiers[next++ % identifiers.length]
      const flow = z.looseObject({ id: z.string() }).parse(await (await fetch(`${kratos.publicUrl}/self-service/login/api`)).json())
      const startedAt = performance.now()
      const answer = await post(`${kratos.publicUrl}/self-service/login?flow=${flow.id}`, {
        method: 'password',
        identifier,
        password: secret,
      })
      await answer.arrayBuffer()
      times.push(performance.now() - startedAt)
      if (answer.status !== (secret === password ? 200 : 400)) throw new Error(`login: ${answer.status}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return times
}

function post(url: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
}

function at(times: number[], part: number): string {
  const sorted = [...times].sort((a, b) => a - b)
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(0)
}

/** User and system time; a tick of /proc is 10 ms. */
async function cpuMs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function watchMemory(pid: number): () => Promise<number> {
  let peak = 0
  const look = async () => {
    const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    peak = Math.max(peak, Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024)
  }
  const timer = setInterval(() => void look(), 20)
  return async () => {
    clearInterval(timer)
    await look()
    return Math.round(peak)
  }
}
