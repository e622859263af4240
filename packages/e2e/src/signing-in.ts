/** What tests do on the way in and at home, whichever language the screens speak. */
import { readSession } from '@app/contracts/session'
import type { Page } from 'playwright-core'
import type { ApiPerson } from './api-person.ts'

type Known = Pick<ApiPerson, 'email' | 'password'>

export const atHome = (page: Page) => page.waitForURL((url) => url.pathname === '/')
export const isSignedIn = async (page: Page) => (await page.request.get('/api/v1/session')).status() === 200
export const sessionOf = async (page: Page) => readSession.answers[200].parse(await (await page.request.get('/api/v1/session')).json())
/** The panel of accounts elsewhere on the security page. */
export const linkedAccounts = (page: Page) => page.getByRole('region', { name: /Linked accounts|Gekoppelde accounts/ })

export async function signInWithPassword(page: Page, known: Known): Promise<void> {
  await page.goto('/sign-in')
  await fillIn(page, known)
  await atHome(page)
}

/** At a sign-in form in view. */
export async function fillIn(page: Page, { email, password }: Known): Promise<void> {
  await page.locator('input[name="identifier"]').fill(email)
  await page.locator('input[name="password"]').fill(password)
  await page.locator('button[name="method"][value="password"]').click()
}
