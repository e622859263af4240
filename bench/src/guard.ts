/**
 * How far an attacker gets: `npm run bench -- guard [--guesses 10000]`.
 *
 * Guesses at one account from 1 000 addresses, each in a network of its own, and at as many accounts from one address; meanwhile the owner signs in
 * on a device that did so before, and somebody asks for codes for one recipient. Runs on a throw-away network with the limits of production.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { eachOf, type Heard, password, startAttackNetwork } from './attack-network/attack-network.ts'

const { values } = parseArgs({ options: { guesses: { type: 'string', default: '10000' } } })
const guesses = Number(values.guesses)
const atOnce = 32
const windowSeconds = 300
const limits = { account: 10, range: 100, recipient: 5 }
const settings = {
  VESTIBULE_LIMIT_RANGE: `${limits.range}/${windowSeconds}`,
  VESTIBULE_LIMIT_OVERALL: `3000/${windowSeconds}`,
  VESTIBULE_LIMIT_RECIPIENT: `${limits.recipient}/900`,
  VESTIBULE_LIMIT_RECIPIENT_DAY: '20/86400',
  VESTIBULE_LIMIT_SENDER: '60/900',
  VESTIBULE_LIMIT_SENDING: '3000/900',
  VESTIBULE_ANSWER_DEADLINE_MS: '1000',
}
/** bcrypt, cost 4, of the password: what is measured are not hashes. */
const hash = '$2b$04$H9BQApFQg7mo/nscCakEmeLXTpb4Pd7VpuSIsmsbbOqVWRUW0FHym'
const someone = () => `${randomBytes(8).toString('hex')}@example.org`

const network = await startAttackNetwork(settings)
try {
  const owner = someone()
  await network.addPerson(owner, hash)
  const cookie = await firstSignIn(owner)
  const signIns: number[] = []
  let over = false
  const owning = (async () => {
    while (!over) {
      signIns.push((await network.submit('login', login(owner, password), '10.255.0.1', cookie)).status)
      await delay(2_000)
    }
  })()
  await attack('one account, 1 000 networks', limits.account, (index) =>
    network.submit('login', login(owner, `guess ${index}`), `10.${Math.floor((index % 1_000) / 250)}.${index % 250}.7`),
  )
  await attack('as many accounts, one address', limits.range, (index) =>
    network.submit('login', login(someone(), `guess ${index}`), '192.0.2.7'),
  )
  over = true
  await owning
  report('the owner signed in on a known device', signIns.filter((status) => status === 200).length, signIns.length, 'of')
  await flood()
} finally {
  await network.close()
}

function login(identifier: string, secret: string) {
  return { method: 'password', identifier, password: secret }
}

/** @returns the cookie of the device */
async function firstSignIn(owner: string): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const { status } = await network.submit('login', login(owner, password), '10.255.0.1', `vst_device=${token}`)
  if (status !== 200) throw new Error(`the owner was answered ${status}`)
  return `vst_device=${token}`
}

/** Whatever window the attack fell into: as many as fit in all windows that it touched. */
async function attack(what: string, limit: number, guess: (index: number) => Promise<Heard>): Promise<void> {
  const startedAt = performance.now()
  const before = await verdicts()
  const statuses = new Map<number, number>()
  await eachOf(guesses, atOnce, async (index) => {
    const { status } = await guess(index)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  })
  const seconds = (performance.now() - startedAt) / 1000
  const allowed = limit * (1 + Math.floor(seconds / windowSeconds))
  const answers = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ')
  process.stdout.write(`${what}: ${guesses} guesses in ${seconds.toFixed(0)} s, answered ${answers}\n`)
  report('  guesses that reached Kratos', (await verdicts()) - before, allowed, 'allowed')
}

/** Login flows in which Kratos has written its verdict on a password: each guess has a flow of its own. Those of the guard, at an account that nobody has, hold no address. */
async function verdicts(): Promise<number> {
  const [row] = await network.kratosDatabase`
    select count(*)::int as count from selfservice_login_flows where ui::text like '%4000006%' and ui::text like '%@example.org%'`
  return z.object({ count: z.number() }).parse(row).count
}

async function flood(): Promise<void> {
  const victim = someone()
  await network.addPerson(victim, hash)
  await eachOf(200, atOnce, async (index) => {
    const kind = index % 2 === 0 ? 'recovery' : 'login'
    const fields = kind === 'recovery' ? { method: 'code', email: victim } : { method: 'code', identifier: victim }
    await network.submit(kind, fields, `10.9.${index}.7`)
  })
  const [row] = await network.kratosDatabase`select count(*)::int as count from courier_messages where recipient = ${victim}`
  report('mails to one recipient, 200 asked for', z.object({ count: z.number() }).parse(row).count, limits.recipient, 'allowed')
}

function report(what: string, value: number, bar: number, word: 'allowed' | 'of'): void {
  const ok = word === 'of' ? value === bar && bar > 0 : value <= bar
  process.stdout.write(`${what.padEnd(44)} ${value} ${word} ${bar}  ${ok ? 'ok' : 'MISSED'}\n`)
  if (!ok) process.exitCode = 1
}
