import { randomUUID } from 'node:crypto'
import { createLog } from '@app/log/log'
import { until } from '@app/testing/poll'
import { type PrivateKeto, startPrivateKeto } from '@app/testing/private-ory'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTupleWriter, type RelationTuple, type TupleWriter } from '../src/tuples.ts'

const log = createLog({ service: 'test', level: 'silent' })
let keto: PrivateKeto
let writer: TupleWriter<'Platform'>
let object: string

beforeAll(async () => {
  keto = await startPrivateKeto()
  writer = createTupleWriter({ ketoReadUrl: keto.readUrl, ketoWriteUrl: keto.writeUrl, owns: ['Platform'], log })
})

beforeEach(() => {
  object = randomUUID()
})

afterAll(async () => {
  writer?.close()
  await keto?.close()
})

describe('after a sync an object has exactly the tuples wanted', () => {
  it('from nothing, changed, repeated and emptied', async () => {
    const [anna, bert, carla] = [randomUUID(), randomUUID(), randomUUID()]
    for (const users of [[anna, bert], [bert, carla], [bert, carla], [carla, carla], []]) {
      await writer.sync('Platform', object, users.map(administrator))
      expect(await stored()).toEqual([...new Set(users)].sort())
    }
  })

  it('one of each, where there were copies', async () => {
    const [kept, other] = [randomUUID(), randomUUID()]
    await insert([kept, kept, kept, other, other].map(tuple))
    expect(await stored()).toHaveLength(5)
    await writer.sync('Platform', object, [administrator(kept)])
    expect(await stored()).toEqual([kept])
  })

  it('without those of plain subject ids and of relations that the model lacks', async () => {
    const kept = randomUUID()
    await insert([
      tuple(kept),
      { namespace: 'Platform', object, relation: 'admins', subject_id: kept },
      { ...tuple(kept), relation: 'rulers' },
    ])
    await writer.sync('Platform', object, [administrator(kept)])
    expect(await stored()).toEqual([kept])
  })

  it('for more of them than fit on a page or in a call', async () => {
    const users = Array.from({ length: 2_300 }, () => randomUUID())
    await writer.sync('Platform', object, users.map(administrator))
    expect(await stored()).toEqual([...users].sort())
    await writer.sync('Platform', object, users.slice(0, 3).map(administrator))
    expect(await stored()).toEqual(users.slice(0, 3).sort())
  })

  it('when many ask at once', async () => {
    const users = Array.from({ length: 6 }, () => randomUUID())
    await Promise.all(users.flatMap(() => writer.sync('Platform', object, users.map(administrator))))
    expect(await stored()).toEqual([...users].sort())
  })

  it('and leaves other objects alone', async () => {
    const user = randomUUID()
    const other = randomUUID()
    await writer.sync('Platform', other, [administrator(user)])
    await writer.sync('Platform', object, [])
    object = other
    expect(await stored()).toEqual([user])
  })
})

it('says that it could not write while Keto is away, and writes when repeated', async () => {
  const user = randomUUID()
  await keto.kill()
  await expect(writer.sync('Platform', object, [administrator(user)])).rejects.toMatchObject({ code: 'permission-service-down' })
  await keto.start()
  await writer.sync('Platform', object, [administrator(user)])
  expect(await stored()).toEqual([user])
})

it('survives a database that kills every connection again and again', async () => {
  const users = Array.from({ length: 20 }, () => randomUUID())
  const timer = setInterval(() => void keto.killBackends(), 150)
  const endsAt = performance.now() + 4_000
  while (performance.now() < endsAt) {
    const some = users.filter(() => Math.random() < 0.5)
    await writer.sync('Platform', object, some.map(administrator)).then(
      async () => expect(await stored().catch(() => [...some].sort())).toEqual([...some].sort()),
      (error: unknown) => expect(error).toMatchObject({ code: 'permission-service-down' }),
    )
  }
  clearInterval(timer)
  await until(() => writer.sync('Platform', object, users.map(administrator)).then(() => true))
  expect(await stored()).toEqual([...users].sort())
})

function administrator(userId: string): RelationTuple<'Platform'> {
  return { relation: 'admins', subject: { namespace: 'User', object: userId, relation: '' } }
}

function tuple(userId: string) {
  return { namespace: 'Platform', object, relation: 'admins', subject_set: { namespace: 'User', object: userId, relation: '' } }
}

async function insert(tuples: readonly object[]): Promise<void> {
  const body = JSON.stringify(tuples.map((relation_tuple) => ({ action: 'insert', relation_tuple })))
  const answer = await fetch(`${keto.writeUrl}/admin/relation-tuples`, { method: 'PATCH', body })
  expect(answer.status).toBe(204)
}

const Page = z.object({
  relation_tuples: z.array(
    z.object({ relation: z.string(), subject_id: z.string().optional(), subject_set: z.object({ object: z.string() }).optional() }),
  ),
  next_page_token: z.string(),
})

/** Ids of the object's administrators, copies included, sorted. */
async function stored(): Promise<string[]> {
  const found: string[] = []
  let page_token = ''
  do {
    const query = new URLSearchParams({ namespace: 'Platform', object, page_size: '400', page_token })
    const page = Page.parse(await (await fetch(`${keto.readUrl}/relation-tuples?${query}`)).json())
    found.push(
      ...page.relation_tuples.map(({ relation, subject_id, subject_set }) =>
        relation === 'admins' ? (subject_set?.object ?? `plain ${subject_id}`) : relation,
      ),
    )
    page_token = page.next_page_token
  } while (page_token !== '')
  return found.sort()
}
