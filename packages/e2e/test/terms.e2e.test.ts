/** Terms in a real browser: ticked with the registration, asked about again when they change, and nothing else before. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { testServers, testStateFolder } from '@app/testing/servers'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterEach, expect, it } from 'vitest'
import { freshEmail } from '../src/api-person.ts'
import { waitForCode } from '../src/mailbox.ts'
import { type SecondIdentity, startSecondIdentity } from '../src/second-identity.ts'
import { withBrowser } from '../src/with-browser.ts'
import { words } from '../src/words.ts'

const { person } = withBrowser()
const { mailUrl } = testServers()
const asked = /\/api\/v1\/(terms|session$)|\/self-service\/registration\?/

const running: SecondIdentity[] = []
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop()
})

async function inForce(page: Page, version: string): Promise<void> {
  const identity = await startSecondIdentity({ VESTIBULE_TERMS_VERSION: version, VESTIBULE_TERMS_URL: '/texts/{locale}.html' })
  running.push(identity)
  await identity.serve(page, asked)
}

async function look(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
  const folder = join(testStateFolder(), 'pictures')
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `terms-${name}.png`), fullPage: true })
}

it('are accepted with the registration, asked about again when they change, and refused by signing out', async () => {
  const { page } = await person({ locale: 'nl', width: 390 })
  await inForce(page, '2026-11')
  const email = freshEmail('voorwaarden')
  await page.goto('/register')
  await page.locator('input[name="email"]').fill(email)
  await page.keyboard.press('Enter')
  await page.locator('input[name="code"]').fill(await waitForCode(mailUrl, email, words.verification))
  await page.keyboard.press('Enter')
  await page.locator('input[name="traits.name"]').fill('Zoë van der Berg')
  await page.locator('input[name="password"]').fill('een dijk die het houdt 7')
  expect(await page.getByRole('link', { name: 'Lees de voorwaarden' }).getAttribute('href')).toBe('/texts/nl.html')
  await page.getByRole('button', { name: 'Maak account', exact: true }).click()
  await page.getByText('Accepteer de voorwaarden om je account te maken.').waitFor()
  expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('terms_accepted')
  await look(page, 'box-nl-390')
  await page.getByLabel('Ik accepteer de voorwaarden').check()
  await page.getByRole('button', { name: 'Maak account', exact: true }).click()
  await page.waitForURL((url) => url.pathname === '/')
  await page.getByRole('main').getByText(email).waitFor()

  await inForce(page, '2027-01')
  await page.goto('/settings')
  await page.waitForURL('**/terms?return_to=%2Fsettings*')
  await page.getByRole('heading', { name: 'Onze voorwaarden zijn gewijzigd' }).waitFor()
  await page.goto('/security')
  await page.waitForURL('**/terms?return_to=%2Fsecurity*')
  await page.getByRole('button', { name: 'Accepteren en verder' }).waitFor()
  await look(page, 'changed-nl-390')
  await page.getByRole('button', { name: 'Accepteren en verder' }).click()
  await page.waitForURL('**/security*')
  await page.getByRole('heading', { level: 1 }).waitFor()

  await inForce(page, '2027-02')
  await page.goto('/')
  await page.waitForURL('**/terms*')
  await page.getByRole('button', { name: 'Uitloggen' }).click()
  await page.waitForURL('**/sign-in*')
})
