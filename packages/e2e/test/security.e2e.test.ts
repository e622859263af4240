/** Every way in that a person can add by themselves, in a real browser with a virtual authenticator and a computed app. */

import { totpCode } from '@app/testing/totp'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { panel, setUpApp, signedIn, signIn, signOut } from '../src/at-the-door.ts'
import { plugIn } from '../src/authenticator.ts'
import { withBrowser } from '../src/with-browser.ts'

const { person } = withBrowser()

const confirm = (page: Page) => page.getByRole('dialog').getByRole('button').last()

it('adds passkeys, signs in with one without typing a name, and removes them', async () => {
  const { page } = await person()
  await signedIn(page, 'passkey')
  const device = await plugIn(page)
  await page.goto('/security')
  const passkeys = panel(page, 'Passkeys')
  await passkeys.getByRole('button', { name: 'Add a passkey' }).click()
  await passkeys.getByRole('listitem').first().waitFor()
  expect(await device.count()).toBe(1)
  await passkeys.getByRole('button', { name: /^Rename/ }).click()
  await passkeys.getByLabel('Name').fill('Laptop at work')
  await page.keyboard.press('Enter')
  await passkeys.getByText('Laptop at work').waitFor()

  await device.touched(false)
  await signOut(page)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor()
  await device.touched(true)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.waitForURL((url) => url.pathname === '/')
  const session = await page.request.get('/api/v1/session')
  expect(await session.json()).toMatchObject({ assuranceLevel: 'aal1', methods: [{ method: 'passkey' }] })

  await page.goto('/security')
  await passkeys.getByRole('button', { name: 'Add a passkey' }).click()
  await passkeys.getByRole('listitem').nth(1).waitFor()
  await passkeys
    .getByRole('button', { name: /^Remove/ })
    .first()
    .click()
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  expect(await passkeys.getByRole('listitem').count()).toBe(2)
  await passkeys
    .getByRole('button', { name: /^Remove/ })
    .first()
    .click()
  await confirm(page).click()
  await passkeys.getByRole('listitem').nth(1).waitFor({ state: 'detached' })
})

it('sets up an app, asks for its code at the next sign-in, takes each code once, and recovery codes once', async () => {
  const { page } = await person()
  const known = await signedIn(page, 'totp')
  const secret = await setUpApp(page, { wrongFirst: true })

  const recovery = panel(page, 'Recovery codes')
  await recovery.getByRole('button', { name: 'Make recovery codes' }).click()
  await recovery.getByText('This is the only time they are shown.', { exact: false }).waitFor()
  const codes = await recovery.getByRole('listitem').allInnerTexts()
  expect(codes).toHaveLength(12)
  const [saved] = await Promise.all([page.waitForEvent('download'), recovery.getByRole('button', { name: 'Download' }).click()])
  expect(saved.suggestedFilename()).toBe('vestibule-recovery-codes.txt')
  await recovery.getByRole('button', { name: 'I have kept these codes' }).click()
  await recovery.getByText('You have 12 recovery codes left.', { exact: false }).waitFor()
  expect(await recovery.textContent()).not.toContain(codes[0])

  await signOut(page)
  await signIn(page, known)
  await page.waitForURL('**/sign-in?aal=aal2*')
  // The password alone is worth nothing, and no address leads past the question.
  expect((await page.request.get('/api/v1/users/me')).status()).toBe(403)
  await page.goto('/settings')
  await page.waitForURL('**/sign-in?aal=aal2*')
  await page.getByLabel('Code from your app').fill(totpCode(secret, 1))
  await page.getByRole('button', { name: 'Confirm code' }).click()
  await page.waitForURL('**/settings*')
  await signOut(page)
  await signIn(page, known)
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await page.getByLabel('Recovery code').fill(codes[0] ?? '')
  await page.getByRole('button', { name: 'Confirm code' }).click()
  await page.waitForURL((url) => url.pathname === '/')
  await signOut(page)
  await signIn(page, known)
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await page.getByLabel('Recovery code').fill(codes[0] ?? '')
  await page.getByRole('button', { name: 'Confirm code' }).click()
  await page.getByText(/code was used before/).waitFor()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.locator('input[name="password"]').waitFor()
})
