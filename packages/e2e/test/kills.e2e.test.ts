/** Kill -9 of any part in the middle of the story: a clear message, the story goes on, nobody and no mail is missing or doubled. */
import { listUsers } from '@app/contracts/users'
import { until } from '@app/testing/poll'
import { testServers } from '@app/testing/servers'
import { beforeAll, describe, expect, it } from 'vitest'
import { becomeAdministrator } from '../src/administrator.ts'
import type { Person } from '../src/browser.ts'
import { mailsTo } from '../src/mailbox.ts'
import { allReady, killPart } from '../src/network.ts'
import { newTraveller, story, type Traveller, walk } from '../src/story.ts'
import { withBrowser } from '../src/with-browser.ts'
import { words } from '../src/words.ts'

const { person } = withBrowser()
/** At which steps each part dies: where it matters most for that part. */
const deaths: Record<string, readonly string[]> = {
  postgres: ['registers', 'enters the recovery code'],
  epmd: ['registers'],
  rabbitmq: ['registers'],
  kratos: ['registers', 'asks for a recovery code'],
  keto: ['sees their own data at home'],
  mail: ['gives an address'],
  identity: ['gives an address', 'registers', 'sets a new password'],
  users: ['registers', 'sees their own data at home'],
  notifications: ['gives an address', 'asks for a recovery code'],
  proxy: ['confirms the code from the mail'],
}

/** While the part dies, the person presses on; once it is ready again, five seconds are enough. */
async function walkThroughDeath(part: string, step: (typeof story)[number], traveller: Traveller): Promise<string[]> {
  const trying = step.act(traveller).catch(() => undefined)
  const { readyAgain } = await killPart(part)
  await trying
  const said = await traveller.person.page
    .getByRole('alert')
    .allInnerTexts()
    .catch(() => [])
  await readyAgain
  const backAt = performance.now()
  const { alerts } = await walk(step, traveller, { timeoutMs: 20_000, mayBeDone: true })
  const tookMs = performance.now() - backAt
  process.stdout.write(
    `${part} killed when the person ${step.name}: went on after ${(tookMs / 1000).toFixed(1)} s; said: ${[...said, ...alerts].join(' | ').replaceAll('\n', ' ') || 'nothing'}\n`,
  )
  expect(tookMs).toBeLessThan(5_000)
  return [...said, ...alerts]
}

describe('a part is killed during the story', () => {
  let admin: Person
  beforeAll(async () => {
    await allReady()
  })

  it.each(Object.entries(deaths))('%s', async (part, steps) => {
    admin = await person()
    await becomeAdministrator(admin)
    const { mailUrl } = testServers()
    const traveller = newTraveller(await person(), 'en', mailUrl)
    const dying = [...steps]
    for (const step of story) {
      if (dying[0] !== step.name) {
        await walk(step, traveller)
        continue
      }
      dying.shift()
      for (const text of await walkThroughDeath(part, step, traveller))
        expect(text).not.toMatch(/undefined|stack|ECONN|127\.0\.0\.1|\b5\d\d\b/)
    }
    expect(dying).toEqual([])
    await allReady()
    const users = await until(async () => {
      const answer = await admin.page.request.get(`/api/v1/users?search=${encodeURIComponent(traveller.email)}`)
      return answer.status() === 200 && listUsers.answers[200].parse(await answer.json()).items
    })
    expect(users.map((user) => user.email)).toEqual([traveller.email])
    const distinct = async (matches: RegExp) =>
      new Set((await mailsTo(mailUrl, traveller.email)).filter((mail) => matches.test(mail.subject)).map((mail) => mail.messageId)).size
    await until(async () => (await distinct(words.welcome)) === 1, { timeoutMs: 20_000 })
    expect(await distinct(words.verification)).toBeGreaterThanOrEqual(1)
    expect(await distinct(words.recovery)).toBeGreaterThanOrEqual(1)
    expect(await distinct(words.welcome)).toBe(1)
  })
})
