/** An administrator who must have a second factor sets one up before anything else. */

import { totpCode } from '@app/testing/totp'
import { expect, it } from 'vitest'
import { freshEmail } from '../src/api-person.ts'
import { administratorLink, requireSecondFactor } from '../src/network.ts'
import { takePicture } from '../src/picture.ts'
import { withBrowser } from '../src/with-browser.ts'

const { person } = withBrowser()

it('leads to the app and the recovery codes, and lets nothing else through before', async () => {
  const { page } = await person()
  const { userId, link } = await administratorLink(freshEmail('admin-strict'))
  await requireSecondFactor(userId)
  await page.goto(link)
  await page.getByRole('main').getByRole('button').first().click()
  await page.locator('input[name="password"]').first().fill('a compiler for everybody 52')
  await page.locator('form button[name="method"][value="password"]').click()
  await page.waitForURL('**/protect*')
  await page.getByRole('heading', { name: 'Protect your account' }).waitFor()
  await takePicture(page, 'protect-app')
  await takePicture(page, 'protect-app', 390)

  for (const path of ['/', '/people', `/people/${userId}`, '/settings', '/security']) {
    await page.goto(path)
    await page.waitForURL('**/protect*')
  }
  for (const path of ['/api/v1/users/me', '/api/v1/users', '/api/v1/people/invitations']) {
    const answer = await page.request.get(path)
    expect([path, answer.status(), (await answer.json()).code]).toEqual([path, 403, 'second-factor-setup-required'])
  }

  const main = page.getByRole('main')
  await main.getByRole('img').first().waitFor()
  const secret = (await main.locator('code').textContent()) ?? ''
  await main.getByLabel('Code from your app').fill('000000')
  await main.getByRole('button', { name: 'Switch on' }).click()
  await main.getByRole('alert').waitFor()
  await main.getByLabel('Code from your app').fill(totpCode(secret))
  await main.getByRole('button', { name: 'Switch on' }).click()
  await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()
  await main.getByRole('button', { name: 'Make recovery codes' }).click()
  await main.getByText('This is the only time they are shown.', { exact: false }).waitFor()
  expect(await main.getByRole('listitem').count()).toBe(12)
  await takePicture(page, 'protect-codes', 390)
  await main.getByRole('button', { name: 'I have kept these codes' }).click()
  await page.getByRole('heading', { name: 'Your account is protected' }).waitFor()
  await main.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL((url) => url.pathname !== '/protect')
  expect(await (await page.request.get('/api/v1/session')).json()).toMatchObject({ assuranceLevel: 'aal2', standing: [] })
  await page.goto('/people')
  await page.getByRole('button', { name: 'Invite a person' }).waitFor()
})
