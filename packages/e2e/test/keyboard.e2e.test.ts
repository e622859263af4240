/** The door opens for people who use no mouse. */
import { testServers } from '@app/testing/servers'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { register } from '../src/api-person.ts'
import { withBrowser } from '../src/with-browser.ts'
import { words } from '../src/words.ts'

const { person } = withBrowser()

/** Presses Tab until the focus is where it should be; each stop must be visible. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let stops = 0; stops < 40; stops += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never reaches ${selector}`)
}

it('signs in, reaches the settings and signs out by keyboard alone', async () => {
  const ada = await register(testServers().publicUrl, 'keys')
  const { page } = await person()
  await page.goto('/sign-in')
  await page.locator('input[name="identifier"]').waitFor()
  await tabTo(page, 'input[name="identifier"]')
  await page.keyboard.type(ada.email)
  await tabTo(page, 'input[name="password"]')
  await page.keyboard.type(ada.password)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/')
  await page.getByRole('button', { name: words.menu }).waitFor()
  await tabTo(page, 'a[href="/settings"]')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/settings*')
  await tabTo(page, '[aria-controls="person-menu"]')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: words.signOut }).waitFor()
  await tabTo(page, '#person-menu a[href="/security"]')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/security*')
  await page.locator('#totp').waitFor()
  await tabTo(page, '#totp button')
  await page.keyboard.press('Enter')
  await tabTo(page, '#totp input[name="totp_code"]')
  await tabTo(page, '[aria-controls="person-menu"]')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: words.signOut }).waitFor()
  await page.keyboard.press('Escape')
  expect(await page.getByRole('button', { name: words.signOut }).isVisible()).toBe(false)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: words.signOut }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/sign-in*')
})
