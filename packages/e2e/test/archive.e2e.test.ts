/** Everything that is known about a person, collected over all services, as nginx hands it out and as a browser keeps it. */
import { readFile } from 'node:fs/promises'
import { ArchiveView } from '@app/contracts/archive'
import { testServers } from '@app/testing/servers'
import { expect, it } from 'vitest'
import { call, register } from '../src/api-person.ts'
import { panel, signedIn } from '../src/at-the-door.ts'
import { withBrowser } from '../src/with-browser.ts'

const { person } = withBrowser()

it('is one file of every service, and about nobody else', async () => {
  const { publicUrl } = testServers()
  const [ann, bob] = [await register(publicUrl, 'archive'), await register(publicUrl, 'other')]
  expect((await call(publicUrl, 'GET', '/api/v1/users/me', { token: ann.token })).status).toBe(200)
  const heard = await call(publicUrl, 'GET', '/api/v1/archive', { token: ann.token })
  expect([heard.status, heard.headers.get('cache-control')]).toEqual([200, expect.stringContaining('no-store')])
  const { services } = ArchiveView.parse(heard.json)
  expect(Object.keys(services).sort()).toEqual(['identity', 'notifications', 'users'])
  expect(services['users']?.['profile']).toMatchObject([{ email: ann.email }])
  expect(services['notifications']?.['messages']?.length).toBeGreaterThan(0)
  for (const foreign of [bob.userId, bob.email, ann.token, ann.password]) expect(heard.text).not.toContain(foreign)
})

it('is among the downloads of whoever presses the button, and named for what it is', async () => {
  const { page } = await person()
  const { email, userId } = await signedIn(page, 'downloads')
  await page.goto('/security')
  const data = panel(page, 'Your data')
  const [download] = await Promise.all([page.waitForEvent('download'), data.getByRole('button', { name: 'Download your data' }).click()])
  await data.getByText('Your file is among your downloads.').waitFor()
  expect(download.suggestedFilename()).toMatch(/^account-\d{4}-\d\d-\d\d\.json$/)
  const text = await readFile(await download.path(), 'utf8')
  const archive = ArchiveView.parse(JSON.parse(text))
  expect(archive.userId).toBe(userId)
  expect(archive.services['users']?.['profile']).toMatchObject([{ email }])
})
