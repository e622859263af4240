/** What people do at the door and on their security page, by clicking. */
import { testServers } from '@app/testing/servers'
import { totpCode } from '@app/testing/totp'
import type { Page } from 'playwright-core'
import { type ApiPerson, register } from './api-person.ts'

export async function signIn(page: Page, { email, password }: Pick<ApiPerson, 'email' | 'password'>): Promise<void> {
  await page.goto('/sign-in')
  await page.locator('input[name="identifier"]').fill(email)
  await page.locator('input[name="password"]').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

export async function signedIn(page: Page, label: string): Promise<ApiPerson> {
  const known = await register(testServers().publicUrl, label)
  await signIn(page, known)
  await page.waitForURL((url) => url.pathname === '/')
  return known
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /account menu/ }).click()
  await page.getByRole('banner').getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.waitForURL('**/sign-in*')
}

/** A panel of the security page, or of a person's. */
export const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

/** On the security page, whose session counts as one of two factors from then on. @returns the app's secret */
export async function setUpApp(page: Page, { wrongFirst = false } = {}): Promise<string> {
  await page.goto('/security')
  const app = panel(page, 'Authenticator app')
  await app.getByRole('button', { name: 'Set up an app' }).click()
  const secret = (await app.locator('code').textContent()) ?? ''
  if (wrongFirst) {
    await app.getByLabel('Code from your app').fill('000000')
    await app.getByRole('button', { name: 'Switch on' }).click()
    await app.getByRole('alert').waitFor()
  }
  await app.getByLabel('Code from your app').fill(totpCode(secret))
  await app.getByRole('button', { name: 'Switch on' }).click()
  await app.getByRole('button', { name: 'Remove the authenticator app' }).waitFor()
  return secret
}
