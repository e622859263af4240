/** Somebody leaves for good: asked and thought over in their browser, and followed by an administrator until nothing is left of them. */
import { until } from '@app/testing/poll'
import { testServers } from '@app/testing/servers'
import type { Locator, Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { becomeAdministrator } from '../src/administrator.ts'
import { register } from '../src/api-person.ts'
import { panel } from '../src/at-the-door.ts'
import { lookAround } from '../src/look.ts'
import { mailsTo } from '../src/mailbox.ts'
import { endGrace, freezePart } from '../src/network.ts'
import { signInWithPassword } from '../src/signing-in.ts'
import { withBrowser } from '../src/with-browser.ts'

const { person } = withBrowser()
const { publicUrl, mailUrl } = testServers()

const texts = {
  en: {
    panel: 'Delete your account',
    ask: 'Delete account',
    keep: 'Keep my account',
    due: 'Your account will be deleted on',
    link: 'See deleted accounts',
    unfinished: 'Not finished',
    waits: 'Still to remove: messages',
    done: 'Nothing is left',
    farewell: 'Your account was deleted',
  },
  nl: {
    panel: 'Je account verwijderen',
    ask: 'Account verwijderen',
    keep: 'Mijn account houden',
    due: 'Je account wordt verwijderd op',
    link: 'Bekijk verwijderde accounts',
    unfinished: 'Niet klaar',
    waits: 'Nog te verwijderen: berichten',
    done: 'Niets meer over',
    farewell: 'Je account is verwijderd',
  },
} as const

async function askToLeave(page: Page, { panel: title, ask, due }: (typeof texts)['en' | 'nl']): Promise<void> {
  await panel(page, title).getByRole('button', { name: ask }).click()
  await page.getByRole('dialog').getByRole('button', { name: ask }).click()
  await panel(page, title).getByText(due).waitFor()
}

async function reloaded(page: Page, wished: Locator): Promise<true> {
  await page.reload()
  await wished.waitFor({ timeout: 2_000 })
  return true
}

it.each([
  { locale: 'en', width: 1280, colorScheme: 'light' },
  { locale: 'nl', width: 390, colorScheme: 'dark' },
] as const)('shows who is gone and who has still to say so: $locale at $width px', async (seat) => {
  const said = texts[seat.locale]
  const ann = await register(publicUrl, 'leaves', seat.locale)
  const leaving = await person(seat)
  await signInWithPassword(leaving.page, ann)
  await leaving.page.goto('/security')
  await askToLeave(leaving.page, said)
  await panel(leaving.page, said.panel).getByRole('button', { name: said.keep }).click()
  await askToLeave(leaving.page, said)
  await lookAround(leaving.page, 'leaving', seat)

  const { page } = await person(seat)
  await becomeAdministrator({ ...leaving, page }, seat.locale)
  const { thaw } = await freezePart('notifications')
  onTestFinished(thaw)
  await endGrace(ann.userId)
  await page.goto('/people')
  await page.getByRole('link', { name: said.link }).click()
  const row = page.getByRole('row').filter({ hasText: ann.userId })
  const shows = (text: string) => until(() => reloaded(page, row.getByText(text)), { timeoutMs: 45_000, everyMs: 500 })
  // Accounts that are due are looked for twice a minute.
  await shows(said.waits)
  await lookAround(page, 'erased-awaited', seat)
  // On a phone rows are cards, and everything in one begins at the same edge.
  const [id, tag] = await Promise.all([row.getByText(ann.userId, { exact: true }).boundingBox(), row.getByText(said.waits).boundingBox()])
  if (seat.width === 390) expect(tag?.x).toBeCloseTo(id?.x ?? 0, 0)
  await page.getByRole('radio', { name: said.unfinished }).check()
  await row.getByText(said.waits).waitFor()
  expect(new URL(page.url()).searchParams.get('awaited')).toBe('true')

  thaw()
  await page.goto('/people/erased')
  await shows(said.done)
  await lookAround(page, 'erased-done', seat)
  expect(await page.getByRole('main').textContent()).not.toContain(ann.email)

  await leaving.page.goto('/')
  await leaving.page.waitForURL('**/sign-in*')
  await expect
    .poll(async () => (await mailsTo(mailUrl, ann.email)).map(({ subject }) => subject), { timeout: 20_000 })
    .toContainEqual(expect.stringContaining(said.farewell))
})
