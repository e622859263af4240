import type { ServerResponse } from 'node:http'
import { createLog } from '@app/log/log'
import { afterEach, describe, expect, it } from 'vitest'
import { type FakeServer, json, startFakeServer } from '../test/fake-server.ts'
import { compiledModel } from './model.ts'
import { createPermissionChecker, type PermissionChecker } from './permissions.ts'
import { createTupleWriter } from './tuples.ts'

const log = createLog({ service: 'test', level: 'silent' })
const namespaces = { namespaces: [...compiledModel().keys()].map((name) => ({ name })) }
const down = { code: 'permission-service-down' }

let server: FakeServer
let checker: PermissionChecker

/** The probes of the model watch are answered as by a sound Keto; `say` answers the checks. */
async function keto(say: (response: ServerResponse) => void): Promise<void> {
  server = await startFakeServer((request, response) => {
    if (request.url === '/namespaces') json(response, 200, namespaces)
    else if (request.url?.includes('max-depth=1')) {
      const count = [...compiledModel().values()].flatMap(({ relations, permits }) => [...Object.keys(relations), ...permits]).length
      json(response, 200, { results: Array.from({ length: count }, () => ({ allowed: false })) })
    } else say(response)
  })
  checker = createPermissionChecker({ ketoReadUrl: server.url, timeoutMs: 300, log })
}

afterEach(async () => {
  checker.close()
  await server.close()
})

const ask = () => checker.isAllowed('Platform', 'vestibule', 'administer', 'a')

describe('an answer that is not one is an outage', () => {
  it.each([
    [
      'an error beside allowed: false',
      (response: ServerResponse) => json(response, 200, { results: [{ allowed: false, error: 'internal' }] }),
    ],
    [
      'an error beside allowed: true',
      (response: ServerResponse) => json(response, 200, { results: [{ allowed: true, error: 'internal' }] }),
    ],
    ['too few results', (response: ServerResponse) => json(response, 200, { results: [] })],
    ['too many results', (response: ServerResponse) => json(response, 200, { results: [{ allowed: true }, { allowed: true }] })],
    ['allowed as a text', (response: ServerResponse) => json(response, 200, { results: [{ allowed: 'true' }] })],
    ['500', (response: ServerResponse) => json(response, 500, { error: {} })],
    ['422, a limit', (response: ServerResponse) => json(response, 422, { error: {} })],
    ['403', (response: ServerResponse) => json(response, 403, { allowed: false })],
    ['no JSON', (response: ServerResponse) => void response.writeHead(200).end('yes')],
    ['silence', () => {}],
  ])('%s', async (_, say) => {
    await keto(say)
    await expect(ask()).rejects.toMatchObject(down)
  })

  it('also when only one of many has an error', async () => {
    await keto((response) => json(response, 200, { results: [{ allowed: true }, { allowed: false, error: 'timeout' }] }))
    const check = { namespace: 'Platform', object: 'vestibule', permit: 'administer' } as const
    await expect(
      checker.areAllowed([
        { ...check, userId: 'a' },
        { ...check, userId: 'b' },
      ]),
    ).rejects.toMatchObject(down)
  })
})

it('takes an unknown name for a model that is not ours', async () => {
  await keto((response) => json(response, 200, { results: [{ allowed: false, error: 'The requested resource could not be found' }] }))
  await expect(ask()).rejects.toMatchObject({ code: 'permission-model-missing' })
})

it('lets only permits of the model compile', async () => {
  await keto((response) => json(response, 200, { results: [{ allowed: false }] }))
  // @ts-expect-error a relation is no permit
  await checker.isAllowed('Platform', 'vestibule', 'admins', 'a')
  // @ts-expect-error a typo
  await checker.isAllowed('Platform', 'vestibule', 'administrate', 'a')
  // @ts-expect-error a namespace without permits
  await checker.isAllowed('User', 'a', 'administer', 'a')
  // @ts-expect-error a namespace that is not there
  await checker.isAllowed('Platforms', 'vestibule', 'administer', 'a')
})

it('lets only tuples of owned namespaces compile, and refuses others', async () => {
  await keto((response) => json(response, 500, {}))
  const writer = createTupleWriter({ ketoReadUrl: server.url, ketoWriteUrl: server.url, owns: ['Platform'], log })
  const user = { namespace: 'User', object: 'a', relation: '' } as const
  // @ts-expect-error User is not owned
  await expect(writer.sync('User', 'a', [])).rejects.toThrow(/does not own User/)
  // @ts-expect-error a typo
  await expect(writer.sync('Platform', 'vestibule', [{ relation: 'admin', subject: user }])).rejects.toThrow(/no such relation/)
  const platform = { ...user, namespace: 'Platform' } as const
  // @ts-expect-error a subject of the wrong type
  await expect(writer.sync('Platform', 'vestibule', [{ relation: 'admins', subject: platform }])).rejects.toThrow(/may not stand there/)
  expect(server.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(0)
  writer.close()
})
