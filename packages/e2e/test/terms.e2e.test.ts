/** Terms in a real browser: ticked with the registration, asked about again when they change, and nothing else before. */
import { listAcceptances } from '@app/contracts/terms'
import { testServers } from '@app/testing/servers'
import type { Page } from 'playwright-core'
import { afterEach, expect, it } from 'vitest'
import { agreeThere, anAccount, goThere } from '../src/account-elsewhere.ts'
import { becomeAdministrator } from '../src/administrator.ts'
import { freshEmail } from '../src/api-person.ts'
import { invite, setupLinkTo } from '../src/invitation.ts'
import { waitForCode } from '../src/mailbox.ts'
import { takePicture } from '../src/picture.ts'
import { type SecondIdentity, startSecondIdentity } from '../src/second-identity.ts'
import { sessionOf } from '../src/signing-in.ts'
import { withBrowser } from '../src/with-browser.ts'
import { words } from '../src/words.ts'

const { person } = withBrowser(() => [testServers().providerUrl])
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
  await takePicture(page, 'terms-box')
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
  await takePicture(page, 'terms-changed')
  await page.getByRole('button', { name: 'Accepteren en verder' }).click()
  await page.waitForURL('**/security*')
  await page.getByRole('heading', { level: 1 }).waitFor()

  await inForce(page, '2027-02')
  await page.goto('/')
  await page.waitForURL('**/terms*')
  await page.getByRole('button', { name: 'Uitloggen' }).click()
  await page.waitForURL('**/sign-in*')
})

/** Terms that they see for the first time, and then on to where they were going. */
async function acceptOnTheWay(page: Page, to: string): Promise<void> {
  await page.waitForURL((url) => url.pathname === '/terms')
  await page.getByRole('heading', { name: 'Before you go on' }).waitFor()
  await page.getByRole('button', { name: 'Accept and continue' }).click()
  await page.waitForURL((url) => url.pathname === to)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const { items } = listAcceptances.answers[200].parse(await (await page.request.get('/api/v1/terms/acceptances')).json())
  expect(items.map(({ version }) => version)).toEqual(['2026-11'])
}

it.each(['/register', '/sign-in'] as const)(
  'are asked about after a provider sent somebody back to %s, who then gets on',
  async (screen) => {
    const { page } = await person()
    await inForce(page, '2026-11')
    await page.goto(`${screen}?return_to=/settings`)
    await goThere(page)
    await agreeThere(page, anAccount())
    await page.waitForURL('**/terms?return_to=%2Fsettings*')
    await takePicture(page, 'terms-first')
    await acceptOnTheWay(page, '/settings')
  },
)

it('are asked about of somebody who was invited, once they have a password', async () => {
  const admin = await person()
  await becomeAdministrator(admin)
  const email = await invite(admin.page)
  const { page } = await person({ width: 390 })
  await inForce(page, '2026-11')
  await page.goto(await setupLinkTo(email))
  await page.getByRole('main').getByRole('button').first().click()
  await page.locator('input[name="password"]').first().fill('a shuttle that lands 7')
  await page.locator('form button[name="method"][value="password"]').click()
  await acceptOnTheWay(page, '/')
  expect(await sessionOf(page)).toMatchObject({ email, emailVerified: true, standing: [] })
})
