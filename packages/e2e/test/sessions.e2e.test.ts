/** Where somebody is signed in, and the end of it, in two browsers and an app. */
import { testServers } from '@app/testing/servers'
import { expect, it } from 'vitest'
import { call } from '../src/api-person.ts'
import { panel, signedIn, signIn } from '../src/at-the-door.ts'
import { takePicture } from '../src/picture.ts'
import { withBrowser } from '../src/with-browser.ts'

const { person } = withBrowser()

it('lists every place, ends one, then all others, then all; the other browser is out at once', async () => {
  const [here, there] = [await person(), await person({ width: 390 })]
  // Registered from an app, which stays signed in.
  const known = await signedIn(here.page, 'places')
  await signIn(there.page, known)
  await there.page.waitForURL((url) => url.pathname === '/')
  const { page } = here
  await page.goto('/security')
  const places = panel(page, 'Where you are signed in')
  await places.getByRole('listitem').nth(2).waitFor()
  expect(await places.getByRole('listitem').count()).toBe(3)
  expect(await places.getByRole('listitem').filter({ hasText: 'This device' }).count()).toBe(1)
  await takePicture(page, 'sessions')

  const session = () => call(testServers().publicUrl, 'GET', '/api/v1/session', { token: known.token })
  expect((await session()).status).toBe(200)
  const app = places.getByRole('listitem').filter({ hasText: 'App' })
  await app.getByRole('button', { name: /^Sign out/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  expect((await session()).status).toBe(200)
  await app.getByRole('button', { name: /^Sign out/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
  await app.waitFor({ state: 'detached' })
  expect((await session()).status).toBe(401)

  await places.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out 1 place' }).click()
  await places.getByText('You are signed in nowhere else.').waitFor()
  expect(await places.getByRole('listitem').count()).toBe(1)
  expect((await there.page.request.get('/api/v1/session')).status()).toBe(401)
  await there.page.goto('/security')
  await there.page.waitForURL('**/sign-in?*')

  const activity = panel(page, 'Recent activity')
  await activity.getByText('Account created').waitFor()
  expect(await activity.getByText('Signed out elsewhere').count()).toBe(2)
  expect(await activity.getByText(/^Signed in/).count()).toBeGreaterThanOrEqual(2)
  await takePicture(page, 'activity', 390)

  await places.getByRole('button', { name: 'Sign out everywhere', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.waitForURL('**/sign-in*')
  expect((await page.request.get('/api/v1/session')).status()).toBe(401)
})
