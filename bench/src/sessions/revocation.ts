/** How long a session is believed after it ended, at every service, under load; and whether anything is answered from a cache without a link. */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { until } from '@app/testing/poll'
import { startTcpProxy, type TcpProxy } from '@app/testing/tcp-proxy'
import { at, load } from './load.ts'
import { type BenchNetwork, root } from './network.ts'
import { makePerson, type Person, type Session, signIn } from './people.ts'

const limitMs = 1_000
const loadConnections = 8
/** Routes of every service that knows sessions. */
const paths = ['/api/v1/session', '/api/v1/users/me']

interface Place {
  readonly base: string
  readonly port: number
  readonly kratosPublic: string
}

export async function measureRevocation(network: BenchNetwork, tries: number): Promise<void> {
  const { kratosAdminUrl = '', kratosPublicUrl = '' } = network.servers
  const person = await makePerson(kratosAdminUrl)
  const port = await network.startProxy({})
  const place = { base: `http://localhost:${port}`, port, kratosPublic: kratosPublicUrl }
  const stopLoad = await startLoad(place, person)
  const times: number[] = []
  for (let number = 0; number < tries; number += 1) times.push(await endOne(place, await signIn(kratosPublicUrl, person)))
  await stopLoad()
  times.sort((a, b) => a - b)
  const p99 = at(times, 0.99)
  print(
    `from ending a session to 401 everywhere, ${tries} tries: p50 ${at(times, 0.5).toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, most ${at(times, 1).toFixed(0)} ms  bar ${limitMs} ms  ${p99 <= limitMs ? 'ok' : 'MISSED'}`,
  )
  await withoutLink(network, person)
}

/** Others go on using their sessions meanwhile. */
async function startLoad({ port, kratosPublic }: Place, person: Person): Promise<() => Promise<void>> {
  const sessions = await Promise.all(Array.from({ length: loadConnections }, () => signIn(kratosPublic, person)))
  const headers = sessions.map(({ token }) => ({ 'x-session-token': token }))
  let going = true
  const work = (async () => {
    while (going) await Promise.all(paths.map((path) => load({ port, path, headers: headers.slice(0, loadConnections / 2) }, 500)))
  })()
  return async () => {
    going = false
    await work
  }
}

/** Milliseconds from sending the sign-out until no service takes the session any more. */
async function endOne({ base }: Place, { token }: Session): Promise<number> {
  const ask = async (path: string) => {
    const response = await fetch(base + path, { headers: { 'x-session-token': token } })
    await response.arrayBuffer()
    return response.status
  }
  for (const path of paths)
    for (let time = 0; time < 2; time += 1) if ((await ask(path)) !== 200) throw new Error(`${path} does not take a session`)
  const endingAt = performance.now()
  const ended = fetch(`${base}/self-service/logout/api`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ session_token: token }),
  })
  const ends = await Promise.all(
    paths.map(async (path) => {
      let status = await ask(path)
      while (status === 200) status = await ask(path)
      if (status !== 401) throw new Error(`${path} answered ${status} for a session that ended`)
      return performance.now() - endingAt
    }),
  )
  const { status } = await ended
  if (status !== 204) throw new Error(`signing out was answered ${status}`)
  return Math.max(...ends)
}

/** A users service whose ways to the broker and to Kratos can be cut: with Kratos out of reach, a 200 can only come from a cache. */
async function withoutLink(network: BenchNetwork, person: Person): Promise<void> {
  const { kratosPublicUrl = '' } = network.servers
  const broker = await proxyOf(network.address('rabbitmq', 'amqp'))
  const kratos = await proxyOf(network.address('kratos', 'public'))
  const service = await network.startService('users', join(root, 'services/users/dist/main.js'), {
    VESTIBULE_BROKER_URL: `amqp://users@127.0.0.1:${broker.port}/`,
    VESTIBULE_KRATOS_PUBLIC_URL: `http://127.0.0.1:${kratos.port}`,
  })
  const port = await network.startProxy({ users: `127.0.0.1:${service.port}` })
  const ask = async (token: string) => {
    const response = await fetch(`http://localhost:${port}/api/v1/users/me`, { headers: { 'x-session-token': token } })
    await response.arrayBuffer()
    return response.status
  }
  const { token } = await signIn(kratosPublicUrl, person)
  // Until its link stands, the new service keeps nothing, and there would be nothing to measure.
  await until(async () => (await ask(token)) === 200 && (await countKept(kratos, () => ask(token), 20)) > 0, {
    timeoutMs: 20_000,
    everyMs: 500,
  })
  for (const [how, cut, mend] of [
    ['cut', broker.stop, broker.start],
    ['silent', async () => broker.freeze(), async () => broker.resume()],
  ] as const) {
    await ask(token)
    const kept = await countKept(kratos, () => ask(token), 200)
    await cut()
    await delay(limitMs)
    await ask(token)
    const without = await countKept(kratos, () => ask(token), 2_000)
    await mend()
    print(
      `answered from a cache with the link ${how}: ${without} of 2000 (whole: ${kept} of 200)  bar 0  ${without === 0 && kept > 0 ? 'ok' : 'MISSED'}`,
    )
    await delay(3_000)
  }
  await Promise.all([broker.close(), kratos.close()])
}

async function countKept(kratos: TcpProxy, ask: () => Promise<number>, requests: number): Promise<number> {
  await kratos.stop()
  try {
    let kept = 0
    for (let sent = 0; sent < requests; sent += 20) {
      const statuses = await Promise.all(Array.from({ length: 20 }, ask))
      kept += statuses.filter((status) => status === 200).length
    }
    return kept
  } finally {
    await kratos.start()
  }
}

function proxyOf(address: string): Promise<TcpProxy> {
  const [host = '', port = ''] = address.split(':')
  return startTcpProxy({ host, port: Number(port) })
}

const print = (line: string) => process.stdout.write(`${line}\n`)
