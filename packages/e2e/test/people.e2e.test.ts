/** An administrator lets somebody in, helps them, and shuts them out: mail, links and screens as they are. */
import { until } from '@app/testing/poll'
import { testServers } from '@app/testing/servers'
import { expect, it } from 'vitest'
import { becomeAdministrator } from '../src/administrator.ts'
import { freshEmail } from '../src/api-person.ts'
import { setupLinkTo } from '../src/invitation.ts'
import { mailsTo } from '../src/mailbox.ts'
import { takePicture } from '../src/picture.ts'
import { withBrowser } from '../src/with-browser.ts'
import { asShown, words } from '../src/words.ts'

const { person } = withBrowser()

it('invites somebody who sets a password and is home, then shuts them out within a second', async () => {
  const admin = await person()
  await becomeAdministrator(admin)
  const { page } = admin
  const email = freshEmail('invited')
  await page.goto('/people')
  await page.getByRole('button', { name: 'Invite a person' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Send invitation' }).click()
  await dialog.getByText(asShown('Fill in their e-mail address.')).waitFor()
  await dialog.getByLabel(asShown('E-mail address')).fill(email)
  await dialog.getByLabel('Name').fill('Mary Jackson')
  await takePicture(page, 'invite-en')
  await dialog.getByLabel('Name').press('Enter')
  await dialog.getByText('Mary Jackson is invited').waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('heading', { name: 'Open invitations' }).waitFor()
  await takePicture(page, 'invitations-en')

  const link = await setupLinkTo(email)
  const invited = await person()
  await invited.page.goto(link)
  await invited.page.goto(link) // Opening it, however often, uses nothing up.
  const welcomes = async () => (await mailsTo(testServers().mailUrl, email)).filter(({ subject }) => words.welcome.test(subject)).length
  expect(await welcomes()).toBe(0)
  await invited.page.getByRole('main').getByRole('button').first().click()
  await invited.page.locator('input[name="password"]').first().fill('a shuttle that lands 7')
  await invited.page.locator('form button[name="method"][value="password"]').click()
  await until(() => new URL(invited.page.url()).pathname === '/', { timeoutMs: 15_000, everyMs: 50 })
  await until(async () => (await welcomes()) === 1, { timeoutMs: 20_000, everyMs: 200 })
  const session = await (await invited.page.request.get('/api/v1/session')).json()
  expect(session).toMatchObject({ email, emailVerified: true })

  await page.goto(`/people/${session.userId}`)
  await page.getByRole('heading', { name: 'How they sign in' }).waitFor()
  await takePicture(page, 'person-en')
  await page.getByRole('button', { name: 'Deactivate' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click()
  await page.getByText('Say in a few words why.').waitFor()
  await takePicture(page, 'deactivate-en')
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
  await dialog.getByLabel(asShown('E-mailadres')).fill(email)
  await dialog.getByLabel('Naam').fill('Ada')
  await dialog.getByRole('button', { name: 'Uitnodiging sturen' }).click()
  await dialog.getByText('Iemand met dit adres heeft al een account.').waitFor()
  expect(await dialog.getByLabel(asShown('E-mailadres')).evaluate((field) => field === document.activeElement)).toBe(true)
  await takePicture(page, 'invite-nl')
  await page.keyboard.press('Escape')
  await page.goto(`/people/${userId}`)
  await page.getByText('Dit is je eigen account.').waitFor()
  await takePicture(page, 'person-nl')
})
