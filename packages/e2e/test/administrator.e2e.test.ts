/** The operator's one-time link, and what it opens. */
import { testServers } from '@app/testing/servers'
import { expect, it } from 'vitest'
import { becomeAdministrator } from '../src/administrator.ts'
import { freshEmail, register } from '../src/api-person.ts'
import { administratorLink } from '../src/network.ts'
import { withBrowser } from '../src/with-browser.ts'

const { person } = withBrowser()

it('lets an administrator find a person in the directory and open their page', async () => {
  const ada = await register(testServers().publicUrl, 'findable')
  const admin = await person()
  await becomeAdministrator(admin)
  await admin.page.goto('/people')
  await admin.page.getByRole('searchbox').first().fill(ada.email.slice(0, 18))
  const row = admin.page.getByRole('link').filter({ hasText: /Ada Example/ })
  await row.first().click()
  await admin.page.waitForURL(`**/people/${ada.userId}*`)
  await admin.page.getByText(ada.email).first().waitFor()
})

it('works once: the same link opens nothing for the second person', async () => {
  const { link } = await administratorLink(freshEmail('once'))
  const first = await person()
  await first.page.goto(link)
  await first.page.getByRole('main').getByRole('button').first().click()
  await first.page.locator('input[name="password"]').first().waitFor()
  expect(first.page.url()).not.toContain(link.split('#')[1])
  const second = await person()
  await second.page.goto(link)
  await second.page.getByRole('main').getByRole('button').first().click()
  await second.page.getByText('This link is not valid any more').waitFor()
})

it('hides the directory from everybody else, and says who could help', async () => {
  const visitor = await person()
  const { page } = visitor
  const { token } = await register(testServers().publicUrl, 'plain')
  expect((await page.request.get('/api/v1/users', { headers: { 'x-session-token': token } })).status()).toBe(403)
})
