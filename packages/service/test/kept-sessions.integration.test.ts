/** Sessions as services keep them, with a real Kratos and a real broker, both behind proxies that can fail. */
import { randomBytes } from 'node:crypto'
import { readConfig } from '@app/config/read-config'
import { createLog } from '@app/log/log'
import { createRevocationPublisher, type RevocationPublisher } from '@app/revocations/publisher'
import { until } from '@app/testing/poll'
import { type PrivateKratos, startPrivateKratos } from '@app/testing/private-ory'
import { testServers } from '@app/testing/servers'
import { startTcpProxy, type TcpProxy } from '@app/testing/tcp-proxy'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Connections, openConnections } from '../src/connections.ts'
import { connectionFields } from '../src/fields.ts'
import { aSignedInPerson, deactivate, endSession, type SignedIn } from './people.ts'

const log = createLog({ service: 'test', level: 'silent' })
const prefix = `test-${randomBytes(5).toString('hex')}-`
const lifespanMs = 8_000
const outage = { code: 'identity-service-down' }

interface Service {
  readonly open: Connections
  readonly kratos: TcpProxy
  readonly broker: TcpProxy
}
let kratos: PrivateKratos
let publisher: RevocationPublisher
let services: Service[] = []
let one: Service
let person: SignedIn

beforeAll(async () => {
  kratos = await startPrivateKratos({ input: { sessions: { lifespan: `${lifespanMs / 1000}s`, earliestExtend: '1s' } } })
  publisher = createRevocationPublisher({ url: testServers().brokerUrl, prefix, publisherId: 'identity@test:1', log })
  services = await Promise.all(['users', 'files', 'notifications'].map(startService))
  one = first(services)
}, 60_000)
afterAll(async () => {
  for (const { open, kratos: ory, broker } of services) {
    broker.resume()
    await open.close()
    await Promise.all([ory.close(), broker.close()])
  }
  await publisher.close()
  await kratos.close()
})
beforeEach(async () => {
  person = await aSignedInPerson(kratos)
  await Promise.all(services.map(whole))
})

async function startService(name: string): Promise<Service> {
  const ory = await proxyOf(kratos.publicUrl)
  const broker = await proxyOf(testServers().brokerUrl)
  const through = new URL(testServers().brokerUrl)
  through.host = `${broker.host}:${broker.port}`
  const secret = 'not-used-in-this-test'
  const config = readConfig(z.object(connectionFields), {
    VESTIBULE_PUBLIC_URL: 'http://localhost:8080',
    VESTIBULE_LISTEN_PORT: '0',
    VESTIBULE_INTERNAL_PORT: '0',
    VESTIBULE_DATABASE_URL: 'postgres://127.0.0.1:1/none',
    VESTIBULE_DATABASE_APP_PASSWORD: secret,
    VESTIBULE_DATABASE_SYSTEM_PASSWORD: secret,
    VESTIBULE_BROKER_URL: through.href,
    VESTIBULE_BROKER_PASSWORD: decodeURIComponent(through.password),
    VESTIBULE_EXCHANGE_PREFIX: prefix,
    VESTIBULE_KRATOS_PUBLIC_URL: `http://${ory.host}:${ory.port}`,
    VESTIBULE_KETO_READ_URL: 'http://127.0.0.1:1',
  })
  return { open: openConnections(name, config, log), kratos: ory, broker }
}

function proxyOf(address: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(address)
  return startTcpProxy({ host: hostname, port: Number(port === '' ? 5672 : port) })
}

const first = <T>([value]: readonly T[]): T => {
  if (value === undefined) throw new Error('there is none')
  return value
}
const trouble = ({ open }: Service) => first(open.caches).check()
const whole = (service: Service) => until(async () => (await trouble(service)) === null, { timeoutMs: 10_000 })
const find = ({ open }: Service, who = person) => open.sessions.findSession({ sessionToken: who.token })
/** Kratos is out of reach meanwhile: who is found was kept. */
async function findKept(service: Service, who = person) {
  await service.kratos.stop()
  try {
    return await find(service, who)
  } finally {
    await service.kratos.start()
  }
}

it('keeps who is signed in, and asks Kratos nothing more', async () => {
  const session = await find(one)
  expect(session).toMatchObject({ id: person.sessionId })
  expect(await findKept(one)).toEqual(session)
})

describe('what ended', () => {
  it.each([
    ['a session', endSession, () => ({ scope: 'session', id: person.sessionId }) as const],
    ['an identity', deactivate, () => ({ scope: 'identity', id: person.userId }) as const],
  ])('is over at every service within a second: %s', async (_, end, revocation) => {
    for (const service of services) expect(await find(service)).toMatchObject({ id: person.sessionId })
    await end(kratos, person)
    const endedAt = performance.now()
    await publisher.publish(revocation())
    for (const service of services) await until(async () => (await find(service)) === null, { timeoutMs: 1_000, everyMs: 5 })
    expect(performance.now() - endedAt).toBeLessThan(1_000)
  })

  it('leaves others where they are', async () => {
    await find(one)
    await publisher.publish({ scope: 'session', id: '0198c0de-0000-7000-8000-000000000001' })
    expect(await findKept(one)).toMatchObject({ id: person.sessionId })
  })

  it('while Kratos was being asked keeps the answer out', async () => {
    one.kratos.setLatency(200)
    const asked = find(one)
    // The question is on its way: what it brings back was said before the revocation is heard, and kept nowhere.
    await publisher.publish({ scope: 'session', id: person.sessionId })
    expect(await asked).toMatchObject({ id: person.sessionId })
    one.kratos.setLatency(0)
    await expect(findKept(one)).rejects.toMatchObject(outage)
  })
})

describe('while revocations cannot be heard', () => {
  it.each([
    ['the link is cut', (service: Service) => service.broker.stop(), (service: Service) => service.broker.start()],
    ['the link is silent', async (service: Service) => service.broker.freeze(), async (service: Service) => service.broker.resume()],
  ])('nobody is found without asking Kratos: %s', async (_, cut, mend) => {
    await find(one)
    await cut(one)
    try {
      await until(async () => (await trouble(one)) !== null, { timeoutMs: 1_000, everyMs: 5 })
      for (let round = 0; round < 20; round += 1) {
        expect(await find(one)).toMatchObject({ id: person.sessionId })
        await expect(findKept(one)).rejects.toMatchObject(outage)
      }
      await endSession(kratos, person)
      expect(await find(one)).toBeNull()
      expect(await trouble(one)).toMatch(/^every request asks Kratos: /)
    } finally {
      await mend(one)
    }
    await whole(one)
    expect(await find(one)).toBeNull()
  })
})

it('keeps nobody past the end of the session', async () => {
  const session = await find(one)
  const endsAt = Date.parse(session?.expiresAt ?? '')
  await one.kratos.stop()
  try {
    let last = 0
    await until(
      async () => {
        const askedAt = Date.now()
        const found = await find(one).catch((error: unknown) => {
          expect(error).toMatchObject(outage)
          return null
        })
        if (found !== null) last = askedAt
        return found === null
      },
      { timeoutMs: lifespanMs + 2_000, everyMs: 5 },
    )
    expect(last).toBeGreaterThan(endsAt - 1_000)
    expect(last).toBeLessThan(endsAt)
  } finally {
    await one.kratos.start()
  }
  expect(await find(one)).toBeNull()
})

it('keeps no guest’s cookie alive once the guest is a person', async () => {
  expect(await find(one)).not.toBeNull()
  expect(await one.open.sessions.findSession({ cookie: `vst_guest=${person.token}` })).toBeNull()
})
