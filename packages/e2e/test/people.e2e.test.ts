/** An administrator lets somebody in, helps them, and shuts them out: mail, links and screens as they are. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from '@app/testing/poll'
import { testServers, testStateFolder } from '@app/testing/servers'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { becomeAdministrator } from '../src/administrator.ts'
import { freshEmail } from '../src/api-person.ts'
import { mailsTo } from '../src/mailbox.ts'
import { withBrowser } from '../src/with-browser.ts'

const { person } = withBrowser()

async function linkTo(address: string, seen = 0): Promise<string> {
  return until(
    async () => {
      // Other mails, such as the welcome, may come before or after it.
      const mails = await mailsTo(testServers().mailUrl, address)
      const links = mails.flatMap(({ text }) => /https?:\S+\/setup#[\w-]+/.exec(text)?.[0] ?? [])
      return links.length > seen ? links.at(-1) : undefined
    },
    { timeoutMs: 20_000, everyMs: 200 },
  )
}

async function look(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle')
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
  const folder = join(testStateFolder(), 'pictures')
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

it('invites somebody who sets a password and is home, then shuts them out within a second', async () => {
  const admin = await person()
  await becomeAdministrator(admin)
  const { page } = admin
  const email = freshEmail('invited')
  await page.goto('/people')
  await page.getByRole('button', { name: 'Invite a person' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Send invitation' }).click()
  await dialog.getByText('Fill in their e-mail address.').waitFor()
  await dialog.getByLabel('E-mail address').fill(email)
  await dialog.getByLabel('Name').fill('Mary Jackson')
  await look(page, 'invite-en-1280')
  await dialog.getByLabel('Name').press('Enter')
  await dialog.getByText('Mary Jackson is invited').waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('heading', { name: 'Open invitations' }).waitFor()
  await look(page, 'invitations-en-1280')

  const link = await linkTo(email)
  const invited = await person()
  await invited.page.goto(link)
  await invited.page.goto(link) // Opening it, however often, uses nothing up.
  await invited.page.getByRole('main').getByRole('button').first().click()
  await invited.page.locator('input[name="password"]').first().fill('a shuttle that lands 7')
  await invited.page.locator('form button[name="method"][value="password"]').click()
  await until(() => new URL(invited.page.url()).pathname === '/', { timeoutMs: 15_000, everyMs: 50 })
  const session = await (await invited.page.request.get('/api/v1/session')).json()
  expect(session).toMatchObject({ email, emailVerified: true })

  await page.goto(`/people/${session.userId}`)
  await page.getByRole('heading', { name: 'How they sign in' }).waitFor()
  await look(page, 'person-en-1280')
  await page.getByRole('button', { name: 'Deactivate' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click()
  await page.getByText('Say in a few words why.').waitFor()
  await look(page, 'deactivate-en-1280')
  await page.getByRole('dialog').getByLabel('Reason').fill('left the company')
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click()
  await page.getByText('The account is deactivated.').waitFor()
  await until(async () => (await invited.page.request.get('/api/v1/users/me')).status() === 401, { timeoutMs: 1_000, everyMs: 50 })
  await page.getByText('left the company').waitFor()
})

it('is told what is wrong with an address that somebody has, in Dutch and on a phone', async () => {
  const admin = await person({ locale: 'nl', width: 390, colorScheme: 'dark' })
  const { email, userId } = await becomeAdministrator(admin, 'nl')
  const { page } = admin
  await page.goto('/people')
  await page.getByRole('button', { name: 'Iemand uitnodigen' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('E-mailadres').fill(email)
  await dialog.getByLabel('Naam').fill('Ada')
  await dialog.getByRole('button', { name: 'Uitnodiging sturen' }).click()
  await dialog.getByText('Iemand met dit adres heeft al een account.').waitFor()
  expect(await dialog.getByLabel('E-mailadres').evaluate((field) => field === document.activeElement)).toBe(true)
  await look(page, 'invite-nl-390')
  await page.keyboard.press('Escape')
  await page.goto(`/people/${userId}`)
  await page.getByText('Dit is je eigen account.').waitFor()
  await look(page, 'person-nl-390')
})
