/** An administrator as the first one comes to be: a one-time link, a button, a password. */
import { randomBytes } from 'node:crypto'
import { until } from '@app/testing/poll'
import { freshEmail } from './api-person.ts'
import type { Person } from './browser.ts'
import { administratorLink } from './network.ts'

export async function becomeAdministrator({ page }: Person, locale: 'en' | 'nl' = 'en'): Promise<{ email: string; userId: string }> {
  const email = freshEmail('admin')
  const { userId, link } = await administratorLink(email, locale)
  await page.goto(link)
  await page.getByRole('main').getByRole('button').first().click()
  await page
    .locator('input[name="password"]')
    .first()
    .fill(`${randomBytes(9).toString('base64url')} opens doors`)
  await page.locator('form button[name="method"][value="password"]').click()
  await until(() => new URL(page.url()).pathname === '/', { timeoutMs: 15_000, everyMs: 50 })
  return { email, userId }
}
