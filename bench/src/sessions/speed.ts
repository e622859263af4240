/** Requests a second of each way to ask who is signed in, in turns. */
import { join } from 'node:path'
import { bundle } from '@app/network/build/build-service'
import { installPeer, type Peer, signUps, startPeer } from './better-auth.ts'
import { load, median, type Target } from './load.ts'
import { type BenchNetwork, root } from './network.ts'
import { makePerson, signIn } from './people.ts'

const connections = 32
const warmUpMs = 10_000

const bars = [
  { what: 'session, kept', than: 'better-auth, database', atLeast: 8 },
  { what: 'session, kept', than: 'better-auth, cookie cache', atLeast: 4 },
  { what: 'users/me', than: 'users/me, public', atLeast: 0.8 },
  { what: 'session, nothing kept', than: 'Kratos whoami', atLeast: 0.8 },
]

export async function measureSpeed(network: BenchNetwork, turns: { seconds: number; rounds: number }): Promise<void> {
  installPeer()
  const { postgresUrl = '', publicUrl = '' } = network.servers
  const peers = await Promise.all([startPeer('database', false, postgresUrl, publicUrl), startPeer('cookie', true, postgresUrl, publicUrl)])
  try {
    await measureInTurns(await openVariants(network, peers), turns)
  } finally {
    for (const peer of peers) await peer.stop()
  }
}

async function measureInTurns(variants: Record<string, Target>, { seconds, rounds }: { seconds: number; rounds: number }): Promise<void> {
  // Until the programs have translated what they run often: some ten thousand requests.
  for (const target of Object.values(variants)) await load(target, warmUpMs)
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

async function openVariants(network: BenchNetwork, peers: readonly Peer[]): Promise<Record<string, Target>> {
  const { servers, address } = network
  const { kratosAdminUrl = '', kratosPublicUrl = '', publicUrl = '' } = servers
  const person = await makePerson(kratosAdminUrl)
  const tokens: string[] = []
  for (let number = 0; number < connections; number += 1) tokens.push((await signIn(kratosPublicUrl, person)).token)
  const identityMain = join(root, 'services/identity/dist/main.js')
  const uncached = await network.startService('identity', identityMain, { VESTIBULE_SESSION_CACHE: 'off' })
  const openMain = join(network.folder, 'users-open.js')
  await bundle(join(root, 'bench/peers/users-open/main.ts'), openMain)
  const open = await network.startService('users', openMain, { BENCH_SESSION_TOKEN: tokens[0] ?? '' })
  const beside = Object.fromEntries(peers.map((peer) => [peer.name, `127.0.0.1:${peer.port}`]))
  const port = await network.startProxy({ identity: address('identity', 'public') }, beside)
  const bare = await network.startProxy({ identity: `127.0.0.1:${uncached.port}`, users: `127.0.0.1:${open.port}` })
  // In the network whoami passes the guard; here the same nginx asks Kratos in the guard's place.
  const kratos = await network.startProxy({ identity: address('kratos', 'public') })
  const headers = tokens.map((token) => ({ 'x-session-token': token }))
  const peerTarget = async (index: number): Promise<Target> => {
    const peer = peers[index]
    if (peer === undefined) throw new Error('no such peer')
    const path = `/api/v1/${peer.name}/get-session`
    return { port, path, headers: await signUps(peer, connections, publicUrl) }
  }
  return {
    'session, kept': { port, path: '/api/v1/session', headers },
    'better-auth, database': await peerTarget(0),
    'better-auth, cookie cache': await peerTarget(1),
    'users/me': { port, path: '/api/v1/users/me', headers },
    'users/me, public': { port: bare, path: '/api/v1/users/me', headers },
    'session, nothing kept': { port: bare, path: '/api/v1/session', headers },
    'Kratos whoami': { port: kratos, path: '/sessions/whoami', headers },
  }
}

const print = (line: string) => process.stdout.write(`${line}\n`)
