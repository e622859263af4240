/**
 * Whether time or text tells known from unknown accounts, and what signing in costs above the hash: `npm run bench -- sign-in [--accounts 500] [--tries 2] [--seconds 10] [--rounds 5]`.
 *
 * As many known and unknown addresses are tried in turns, by password, by code and by recovery, each `tries` times. The classifier is the time of the answer; its AUC comes
 * with a 95 % interval (DeLong 1988). Signing in is compared with Go's bcrypt at the same cost on the same machine, in turns of `--seconds` each: the
 * median of the rounds counts. What a sign-in leaves to be done later, mails above all, falls into the round after it.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { eachOf, type Heard, password, startAttackNetwork } from './attack-network/attack-network.ts'

const option = (value: string) => ({ type: 'string', default: value }) as const
const { values } = parseArgs({ options: { accounts: option('500'), tries: option('2'), seconds: option('10'), rounds: option('5') } })
const accounts = Number(values.accounts)
const triesEach = Number(values.tries)
const seconds = Number(values.seconds)
const rounds = Number(values.rounds)
const cost = 12
const roomy = Object.fromEntries(['RANGE', 'OVERALL', 'SENDER', 'SENDING'].map((name) => [`VESTIBULE_LIMIT_${name}`, '1000000/300']))

const hasher = fileURLToPath(new URL('./hash-rate/main.go', import.meta.url))
const ory = fileURLToPath(new URL('../../ory/kratos', import.meta.url))
const compiler = 'go'
const program = join(mkdtempSync(join(tmpdir(), 'vestibule-hash-rate-')), 'hash-rate')
execFileSync(compiler, ['build', '-o', program, hasher], { cwd: ory })
/** Hashes a second on all processors, and a hash of the password. */
function hashRate(forSeconds: number): { rate: number; hash: string } {
  const args = [password, String(cost), String(forSeconds), String(availableParallelism())]
  const [rate = '', hash = ''] = execFileSync(program, args, { encoding: 'utf8' }).trim().split(' ')
  return { rate: Number(rate), hash }
}

type Kind = 'password' | 'code' | 'recovery'
/** How many are asked at once: hashes keep two processors busy, the others wait for the deadline. */
const atOnce: Readonly<Record<Kind, number>> = { password: 4, code: 16, recovery: 16 }
const kinds: readonly Kind[] = ['password', 'code', 'recovery']
interface Tries {
  readonly known: number[]
  readonly unknown: number[]
  readonly texts: { readonly known: Set<string>; readonly unknown: Set<string> }
}

const { hash } = hashRate(0)
const network = await startAttackNetwork({ ...roomy, VESTIBULE_ANSWER_DEADLINE_MS: '1000' })
try {
  const someone = () => `${randomBytes(8).toString('hex')}@example.org`
  const people = Array.from({ length: accounts }, someone)
  const nobody = Array.from({ length: accounts }, someone)
  await eachOf(accounts, 8, (index) => network.addPerson(people[index] ?? '', hash))
  await measureSignIns(people)
  const all: Tries = newTries()
  for (const kind of kinds) {
    const tries = await compare(kind, people, nobody)
    print(kind, tries)
    all.known.push(...tries.known)
    all.unknown.push(...tries.unknown)
  }
  report(`all ${all.known.length} and ${all.unknown.length}`, all.known, all.unknown)
} finally {
  await network.close()
  rmSync(dirname(program), { recursive: true, force: true })
}

function newTries(): Tries {
  return { known: [], unknown: [], texts: { known: new Set(), unknown: new Set() } }
}

/** In turns, which of the two goes first by lot. */
async function compare(kind: Kind, people: readonly string[], nobody: readonly string[]): Promise<Tries> {
  const tries = newTries()
  await eachOf(people.length * triesEach, atOnce[kind], async (nth) => {
    const index = nth % people.length
    const pair = [['known', people[index] ?? ''] as const, ['unknown', nobody[index] ?? ''] as const]
    if (Math.random() < 0.5) pair.reverse()
    for (const [which, email] of pair) {
      const heard = await ask(kind, email, index)
      if (heard.status === 429 || heard.status >= 500) throw new Error(`${kind} was answered ${heard.status}`)
      tries[which].push(heard.ms)
      tries.texts[which].add(plain(heard, email))
    }
  })
  return tries
}

function ask(kind: Kind, email: string, index: number): Promise<Heard> {
  const address = `10.${index >> 8}.${index & 255}.7`
  if (kind === 'recovery') return network.submit('recovery', { method: 'code', email }, address)
  const fields = kind === 'code' ? { method: 'code' } : { method: 'password', password: 'not the password' }
  return network.submit('login', { ...fields, identifier: email }, address)
}

/** Without what differs between any two flows. */
function plain({ status, text, headers }: Heard, email: string): string {
  const body = text
    .replaceAll(email, 'EMAIL')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\dT[0-9:.]+Z/g, 'TIME')
    .replace(/\\"challenge\\":\\"[^"\\]*/g, 'CHALLENGE')
  const names = [...headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name))
  return JSON.stringify([status, body, names])
}

function print(kind: Kind, { known, unknown, texts }: Tries): void {
  report(kind, known, unknown)
  const same = texts.known.size === 1 && texts.unknown.size === 1 && [...texts.known][0] === [...texts.unknown][0]
  process.stdout.write(`  bodies and headers ${same ? 'equal' : `DIFFER (${texts.known.size} and ${texts.unknown.size} kinds)`}\n`)
  if (!same) process.exitCode = 1
}

function report(what: string, known: readonly number[], unknown: readonly number[]): void {
  const { auc, low, high } = delong(known, unknown)
  const ok = low >= 0.45 && high <= 0.55
  const numbers = `AUC ${auc.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`
  process.stdout.write(
    `${what.padEnd(22)} ${numbers}  bar 0.45 to 0.55  ${ok ? 'ok' : 'MISSED'}; medians ${median(known)} and ${median(unknown)} ms\n`,
  )
  if (!ok) process.exitCode = 1
}

/** DeLong, DeLong, Clarke-Pearson 1988: the variance from how each value ranks among the others' values. */
function delong(known: readonly number[], unknown: readonly number[]) {
  const share = (value: number, others: readonly number[]) =>
    others.reduce((sum, other) => sum + (value > other ? 1 : value === other ? 0.5 : 0), 0) / others.length
  const ofKnown = known.map((value) => share(value, unknown))
  const ofUnknown = unknown.map((value) => 1 - share(value, known))
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length
  const auc = mean(ofKnown)
  const variance = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + (value - auc) ** 2, 0) / (numbers.length - 1)
  const half = 1.96 * Math.sqrt(variance(ofKnown) / known.length + variance(ofUnknown) / unknown.length)
  return { auc, low: auc - half, high: auc + half }
}

function median(numbers: readonly number[]): string {
  return ([...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN).toFixed(1)
}

/** First of all, while nothing of the tries is left to be done; the first round warms the servers. */
async function measureSignIns(people: readonly string[]): Promise<void> {
  const devices = people.map(() => randomBytes(32).toString('base64url'))
  await signInRate(people, devices)
  const parts: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const signIns = await signInRate(people, devices)
    const { rate } = hashRate(seconds)
    parts.push(signIns / rate)
    process.stdout.write(`round ${round + 1}: ${signIns.toFixed(1)} password sign-ins/s, ${rate.toFixed(1)} hashes/s\n`)
  }
  const part = parts.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN
  process.stdout.write(`password sign-ins : hashes ${(part * 100).toFixed(0)} %  bar 85 %  ${part >= 0.85 ? 'ok' : 'MISSED'}\n`)
  if (!(part >= 0.85)) process.exitCode = 1
}

/** Everybody on the one device that is theirs. */
async function signInRate(people: readonly string[], devices: readonly string[]): Promise<number> {
  const startedAt = performance.now()
  const until = startedAt + seconds * 1000
  let done = 0
  await eachOf(1_000_000, availableParallelism() * 3, async (index) => {
    if (performance.now() > until) return
    const whose = index % people.length
    const fields = { method: 'password', identifier: people[whose], password }
    const { status } = await network.submit('login', fields, `10.99.${index & 255}.7`, `vst_device=${devices[whose]}`)
    if (status !== 200) throw new Error(`a sign-in was answered ${status}`)
    done += 1
  })
  return done / ((performance.now() - startedAt) / 1000)
}
