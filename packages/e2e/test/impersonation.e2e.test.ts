/** An administrator acts as somebody: asks, is let in, sees what they see, never how they sign in, and is stopped by either side. */
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { becomeAdministrator } from '../src/administrator.ts'
import { panel, setUpApp, signedIn } from '../src/at-the-door.ts'
import { takePicture } from '../src/picture.ts'
import { withBrowser } from '../src/with-browser.ts'

const { person } = withBrowser()
const reason = 'Ticket 12: the list of files stays empty'

const me = async (page: Page, path: string) => (await page.request.get(path)).json()
const banner = (page: Page) => page.getByRole('main').getByText('You are acting as Ada Example')

async function askToAct(page: Page, userId: string, wrongFirst = false): Promise<void> {
  await page.goto(`/people/${userId}`)
  const acting = panel(page, 'Act as this person')
  await acting.getByRole('button', { name: /^Ask/ }).click()
  const dialog = page.getByRole('dialog')
  if (wrongFirst) await askWrongly(page)
  await dialog.getByLabel('Reason').fill(reason)
  await dialog.getByLabel('Minutes').fill('5')
  await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
  await acting.getByText('Waiting for an answer').waitFor()
}

async function askWrongly(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill('short')
  await dialog.getByLabel('Minutes').fill('61')
  await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
  expect(await dialog.getByRole('alert').allInnerTexts()).toEqual(['Say in at least ten letters why.', 'Type a whole number from 1 to 60.'])
  await takePicture(page, 'act-as-ask', 390)
}

async function answer(page: Page, name: 'Allow' | 'Decline' | 'Stop now'): Promise<void> {
  await page.goto('/')
  await page.getByRole('link', { name: name === 'Stop now' ? 'See it, or stop it' : 'See why, and answer' }).click()
  const asked = panel(page, 'Administrators acting as you')
  await asked.getByText(reason).first().waitFor()
  await asked.getByRole('button', { name }).click()
  await asked.getByRole('button', { name }).waitFor({ state: 'detached' })
}

it('asks, acts with consent under a banner, and either side ends it', async () => {
  const [admin, ann] = [await person(), await person()]
  const { userId: adminId } = await becomeAdministrator(admin)
  await setUpApp(admin.page)
  const { userId, email } = await signedIn(ann.page, 'acted')

  await askToAct(admin.page, userId, true)
  await takePicture(admin.page, 'act-as-waiting', 390)
  await answer(ann.page, 'Decline')
  const acting = panel(admin.page, 'Act as this person')
  await acting.getByText('Declined').waitFor()
  await askToAct(admin.page, userId)
  await answer(ann.page, 'Allow')
  await takePicture(ann.page, 'act-as-allowed')
  await acting.getByText('Allowed').waitFor()
  await acting.getByRole('button', { name: 'Act as Ada Example' }).click()

  await banner(admin.page).waitFor()
  expect(await me(admin.page, '/api/v1/users/me')).toMatchObject({ id: userId, email })
  expect(await me(admin.page, '/api/v1/session')).toMatchObject({ userId, actedById: adminId })
  for (const path of ['/', '/security', '/settings']) {
    await admin.page.goto(path)
    await banner(admin.page).waitFor()
    await takePicture(admin.page, `acting${path.replace('/', '-')}`, path === '/security' ? 390 : 1280)
  }
  await admin.page.getByRole('heading', { name: 'This belongs to Ada Example alone' }).waitFor()
  expect(await admin.page.locator('main form, main input').count()).toBe(0)
  expect(await admin.page.getByRole('button', { name: 'Download your data' }).count()).toBe(0)
  for (const path of ['/api/v1/security', '/api/v1/sessions', '/api/v1/activity', '/api/v1/leaving', '/api/v1/archive']) {
    const refused = await admin.page.request.get(path)
    expect([path, refused.status(), (await refused.json()).code]).toEqual([path, 403, 'impersonation-refused'])
  }

  await ann.page.goto('/')
  await ann.page.getByText('Grace Hopper is acting as you').waitFor()
  await answer(ann.page, 'Stop now')
  await admin.page.goto('/')
  await admin.page.getByRole('main').waitFor()
  await expect.poll(async () => (await me(admin.page, '/api/v1/session')).userId).toBe(adminId)
  expect(await banner(admin.page).count()).toBe(0)

  await ann.page.goto('/security')
  const activity = panel(ann.page, 'Recent activity')
  await activity.getByText('The administrator stopped acting as you').waitFor()
  await activity.getByText('An administrator began to act as you').waitFor()
  await takePicture(ann.page, 'acted-afterwards')
})

it('is stopped by the administrator from a screen that belongs to the person', async () => {
  const [admin, ann] = [await person(), await person({ width: 390 })]
  const { userId: adminId } = await becomeAdministrator(admin)
  await setUpApp(admin.page)
  const { userId } = await signedIn(ann.page, 'acted-too')
  await askToAct(admin.page, userId)
  await answer(ann.page, 'Allow')
  await panel(admin.page, 'Act as this person').getByRole('button', { name: 'Act as Ada Example' }).click()
  await banner(admin.page).waitFor()
  await admin.page.goto('/security')
  await admin.page.getByRole('button', { name: 'Stop acting' }).click()
  await admin.page.waitForURL((url) => url.pathname === '/')
  await expect.poll(async () => (await me(admin.page, '/api/v1/session')).userId).toBe(adminId)
  await ann.page.goto('/security')
  await panel(ann.page, 'Administrators acting as you').getByText('Ended').waitFor()
})
