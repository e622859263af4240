/** Requests a second of each way to ask who is signed in, in turns. */
import { join } from 'node:path'
import { bundle } from '@app/network/build/build-service'
import { installPeer, signUp, startPeer } from './better-auth.ts'
import { load, median, type Target } from './load.ts'
import { type BenchNetwork, root } from './network.ts'
import { makePerson, signIn } from './people.ts'

const connections = 32

const bars = [
  { what: 'session, kept', than: 'better-auth, database', atLeast: 8 },
  { what: 'session, kept', than: 'better-auth, cookie cache', atLeast: 4 },
  { what: 'users/me', than: 'users/me, public', atLeast: 0.8 },
  { what: 'session, nothing kept', than: 'Kratos whoami', atLeast: 0.8 },
]

export async function measureSpeed(network: BenchNetwork, { seconds, rounds }: { seconds: number; rounds: number }): Promise<void> {
  installPeer()
  const variants = await openVariants(network)
  for (const target of Object.values(variants)) await load(target, 2_000)
  const figures = new Map<string, { perSecond: number[]; p99Ms: number[] }>()
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, target] of Object.entries(variants)) {
      const { perSecond, p99Ms } = await load(target, seconds * 1_000)
      const known = figures.get(name) ?? { perSecond: [], p99Ms: [] }
      figures.set(name, { perSecond: [...known.perSecond, perSecond], p99Ms: [...known.p99Ms, p99Ms] })
    }
  }
  for (const [name, { perSecond, p99Ms }] of figures)
    print(`${name.padEnd(28)} ${median(perSecond).toFixed(0).padStart(7)} a second   p99 ${median(p99Ms).toFixed(1)} ms`)
  for (const { what, than, atLeast } of bars) {
    // Each round by itself: the machine's mood falls on both sides.
    const ofRounds = figures.get(what)?.perSecond.map((one, round) => one / (figures.get(than)?.perSecond[round] ?? Number.NaN)) ?? []
    const ratio = median(ofRounds)
    print(`${`${what} : ${than}`.padEnd(44)} ${ratio.toFixed(2)} ×  bar ${atLeast} ×  ${ratio >= atLeast ? 'ok' : 'MISSED'}`)
  }
}

async function openVariants(network: BenchNetwork): Promise<Record<string, Target>> {
  const { servers, address } = network
  const { kratosAdminUrl = '', kratosPublicUrl = '', postgresUrl = '', publicUrl = '' } = servers
  const person = await makePerson(kratosAdminUrl)
  const tokens: string[] = []
  for (let number = 0; number < connections; number += 1) tokens.push((await signIn(kratosPublicUrl, person)).token)
  const identityMain = join(root, 'services/identity/dist/main.js')
  const uncached = await network.startService('identity', identityMain, { VESTIBULE_SESSION_CACHE: 'off' })
  const openMain = join(network.folder, 'users-open.js')
  await bundle(join(root, 'bench/peers/users-open/main.ts'), openMain)
  const open = await network.startService('users', openMain, { BENCH_SESSION_TOKEN: tokens[0] ?? '' })
  const [database, cookie] = await Promise.all([
    startPeer('database', false, postgresUrl, publicUrl),
    startPeer('cookie', true, postgresUrl, publicUrl),
  ])
  const peers = { database: `127.0.0.1:${database.port}`, cookie: `127.0.0.1:${cookie.port}` }
  const port = await network.startProxy({ identity: address('identity', 'public') }, peers)
  const bare = await network.startProxy({ identity: `127.0.0.1:${uncached.port}`, users: `127.0.0.1:${open.port}` })
  const withTokens = tokens.map((token) => ({ 'x-session-token': token }))
  const signUps = async (name: string) => {
    const cookies: { cookie: string }[] = []
    for (let number = 0; number < connections; number += 1)
      cookies.push({ cookie: await signUp(`http://127.0.0.1:${port}/api/v1/${name}`, publicUrl, number) })
    return cookies
  }
  return {
    'session, kept': { port, path: '/api/v1/session', headers: withTokens },
    'better-auth, database': { port, path: '/api/v1/database/get-session', headers: await signUps('database') },
    'better-auth, cookie cache': { port, path: '/api/v1/cookie/get-session', headers: await signUps('cookie') },
    'users/me': { port, path: '/api/v1/users/me', headers: withTokens },
    'users/me, public': { port: bare, path: '/api/v1/users/me', headers: withTokens },
    'session, nothing kept': { port: bare, path: '/api/v1/session', headers: withTokens },
    'Kratos whoami': { port: bare, path: '/sessions/whoami', headers: withTokens },
  }
}

const print = (line: string) => process.stdout.write(`${line}\n`)
