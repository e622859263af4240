import { randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { createLog } from '@app/log/log'
import { until } from '@app/testing/poll'
import { type PrivateKeto, startPrivateKeto } from '@app/testing/private-ory'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createPermissionChecker, type PermissionChecker } from '../src/permissions.ts'
import { createTupleWriter, type TupleWriter } from '../src/tuples.ts'

const log = createLog({ service: 'test', level: 'silent' })
const admin = randomUUID()
const stranger = randomUUID()
let keto: PrivateKeto
let checker: PermissionChecker
let writer: TupleWriter<'Platform'>

beforeAll(async () => {
  keto = await startPrivateKeto()
  checker = createPermissionChecker({ ketoReadUrl: keto.readUrl, watchEveryMs: 500, log })
  writer = createTupleWriter({ ketoReadUrl: keto.readUrl, ketoWriteUrl: keto.writeUrl, owns: ['Platform'], log })
  await writer.sync('Platform', 'vestibule', [{ relation: 'admins', subject: { namespace: 'User', object: admin, relation: '' } }])
})

afterAll(async () => {
  checker?.close()
  writer?.close()
  await keto?.close()
})

const mayAdminister = (userId: string) => checker.isAllowed('Platform', 'vestibule', 'administer', userId)
const down = { code: 'permission-service-down', status: 503 }
const modelMissing = { code: 'permission-model-missing', status: 503 }

describe('a permit', () => {
  it('is allowed to whom a tuple names, and denied to others', async () => {
    expect(await mayAdminister(admin)).toBe(true)
    expect(await mayAdminister(stranger)).toBe(false)
    expect(await checker.isAllowed('Platform', 'elsewhere', 'administer', admin)).toBe(false)
    expect(await checker.ready().check()).toBeNull()
  })

  it('is answered in the order asked, also for more questions than Keto takes at once', async () => {
    const users = Array.from({ length: 230 }, (_, index) => (index % 3 === 0 ? admin : stranger))
    const answers = await checker.areAllowed(
      users.map((userId) => ({ namespace: 'Platform', object: 'vestibule', permit: 'administer', userId })),
    )
    expect(answers).toEqual(users.map((userId) => userId === admin))
    expect(await checker.areAllowed([])).toEqual([])
  })

  it('is denied without asking for ids that no tuple can have', async () => {
    expect(await checker.isAllowed('Platform', '', 'administer', admin)).toBe(false)
    expect(await checker.isAllowed('Platform', 'vestibule', 'administer', `${admin}#`)).toBe(false)
  })
})

describe('an outage is never an answer', () => {
  afterEach(async () => {
    await keto.databaseProxy.start()
    keto.databaseProxy.resume()
    await keto.start()
    await until(() => mayAdminister(admin), { timeoutMs: 5_000 })
  })

  it('while the database is stopped, and is over within 5 s', async () => {
    await keto.databaseProxy.stop()
    await expectDown()
    expect(await checker.ready().check()).not.toBeNull()
  })

  it('while the database is frozen: told within the time-out', async () => {
    keto.databaseProxy.freeze()
    await expectDown()
    await expect(writer.sync('Platform', 'vestibule', [])).rejects.toMatchObject(down)
    // What was under way when it thaws may still be written.
    keto.databaseProxy.resume()
    await until(async () => {
      await writer.sync('Platform', 'vestibule', [{ relation: 'admins', subject: { namespace: 'User', object: admin, relation: '' } }])
      return true
    })
  })

  it('while Keto itself is stopped', async () => {
    await keto.stop()
    await expectDown()
  })

  it('while connections to the database are reset under load', async () => {
    const counts = await askDuring(4_000, () => keto.databaseProxy.reset())
    expect(counts).toMatchObject({ wrong: 0 })
    expect(counts.right).toBeGreaterThan(0)
  })

  it('while the database kills every connection again and again', async () => {
    const counts = await askDuring(8_000, keto.killBackends)
    expect(counts).toMatchObject({ wrong: 0 })
    expect(counts.right).toBeGreaterThan(0)
    expect(counts.down).toBeGreaterThan(0)
  })
})

describe('a Keto that does not run our model', () => {
  it('is told as such from the first check on, and is over within 5 s', async () => {
    const model = await readFile(keto.files.namespaces, 'utf8')
    for (const broken of ['', 'class User implements Namespace {}', model.replace('administer:', 'administrate:')]) {
      expect(await mayAdminister(admin)).toBe(true)
      await replaceModel(broken)
      // Never a "no" in between: a check is right or a problem, whatever Keto has read by now.
      await until(async () => {
        const answer = await mayAdminister(admin).catch((error: unknown) => {
          expect(error).toMatchObject(modelMissing)
          return 'missing'
        })
        expect(answer).not.toBe(false)
        return answer === 'missing'
      })
      expect(await checker.ready().check()).toMatch(/Keto has no/)
      await expect(mayAdminister(stranger)).rejects.toMatchObject(modelMissing)
      await replaceModel(model)
      await until(() => mayAdminister(admin), { timeoutMs: 5_000 })
    }
  })

  it('may know more than we do', async () => {
    const model = await readFile(keto.files.namespaces, 'utf8')
    await replaceModel(`${model}\nclass Later implements Namespace {}\n`)
    await until(async () => (await namespaces()).includes('Later'))
    expect(await checker.ready().check()).toBeNull()
    expect(await mayAdminister(admin)).toBe(true)
    await replaceModel(model)
  })
})

async function replaceModel(text: string): Promise<void> {
  await writeFile(`${keto.files.namespaces}.new`, text)
  await rename(`${keto.files.namespaces}.new`, keto.files.namespaces)
}

async function namespaces(): Promise<string> {
  return (await fetch(`${keto.readUrl}/namespaces`)).text()
}

async function expectDown(): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    for (const userId of [admin, stranger]) {
      const began = performance.now()
      await expect(mayAdminister(userId)).rejects.toMatchObject(down)
      expect(performance.now() - began).toBeLessThan(1_900)
    }
  }
}

/** Eight callers ask without a pause while `harm` is done every 0.15 s. */
async function askDuring(durationMs: number, harm: () => Promise<void> | void) {
  const counts = { right: 0, wrong: 0, down: 0 }
  const endsAt = performance.now() + durationMs
  const timer = setInterval(() => void harm(), 150)
  const ask = async (userId: string, expected: boolean) => {
    while (performance.now() < endsAt) {
      const answer = await mayAdminister(userId).catch((error: unknown) => {
        expect(error).toMatchObject({ status: 503 })
        return 'down' as const
      })
      counts[answer === 'down' ? 'down' : answer === expected ? 'right' : 'wrong'] += 1
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? ask(admin, true) : ask(stranger, false))))
  clearInterval(timer)
  return counts
}
