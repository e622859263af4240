/** Where codes are the second factor instead of a way in: what a screen asks for then, and what it keeps. */
import { withOwnNetwork } from '@app/testing/own-network'
import { testServers } from '@app/testing/servers'
import { expect, it } from 'vitest'
import { anAccount, comeWith } from '../src/account-elsewhere.ts'
import { proveNumber, register } from '../src/api-person.ts'
import { lookAround } from '../src/look.ts'
import { waitForCode } from '../src/mailbox.ts'
import { atHome, linkedAccounts, sessionOf, signInWithPassword } from '../src/signing-in.ts'
import { withBrowser } from '../src/with-browser.ts'
import { words } from '../src/words.ts'

withOwnNetwork(['--code-mode', 'second-factor'])
const { person } = withBrowser(() => [testServers().providerUrl])

it('keeps the only way in, says why, and lets it go once there is another', async () => {
  const { page } = await person()
  await comeWith(page, '/register', anAccount())
  await atHome(page)
  await page.goto('/security')
  const accounts = linkedAccounts(page)
  await accounts.getByText('It is your only way in', { exact: false }).waitFor()
  await accounts.getByText('Local provider').waitFor()
  await lookAround(page, 'only-way-in', { locale: 'en', width: 1280, colorScheme: 'light' })
  expect(await accounts.getByRole('button').count()).toBe(0)
  await page.getByLabel('New password').fill('a lamp that stays on 7')
  await page.getByRole('button', { name: 'Set new password' }).click()
  await accounts.getByRole('button', { name: 'Unlink Local provider' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click()
  await page.getByText('The account is unlinked').waitFor()
  await accounts.getByRole('button', { name: 'Link Local provider' }).waitFor()
})

it.each([
  { locale: 'en', width: 1280, colorScheme: 'light', confirm: 'Confirm code' },
  { locale: 'nl', width: 390, colorScheme: 'dark', confirm: 'Bevestig code' },
] as const)('asks where the code of the extra step should go: $locale at $width px', async ({ confirm, ...seat }) => {
  const { publicUrl, mailUrl } = testServers()
  const ann = await register(publicUrl, 'with-two-addresses', seat.locale)
  const number = await proveNumber(publicUrl, ann.token)
  const { page } = await person(seat)
  await signInWithPassword(page, ann)
  await page.goto('/sign-in?aal=aal2&return_to=/settings')
  await page.getByRole('button', { name: number }).waitFor()
  await lookAround(page, 'extra-step-addresses', seat)
  await page.getByRole('button', { name: ann.email }).click()
  const code = await waitForCode(mailUrl, ann.email, words.signIn)
  await page.locator('input[name="code"]').waitFor()
  // Nobody typed an address here whose spelling could be wrong.
  expect(await page.getByRole('status').allInnerTexts()).toEqual([])
  await lookAround(page, 'extra-step-code', seat)
  await page.locator('input[name="code"]').fill(code)
  await page.getByRole('button', { name: confirm }).click()
  await page.waitForURL((url) => url.pathname === '/settings')
  expect(await sessionOf(page)).toMatchObject({ userId: ann.userId, assuranceLevel: 'aal2' })
})
