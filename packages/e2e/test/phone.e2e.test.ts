/** Signing in with a code by text message: a person in a browser, and an app. */
import { testServers } from '@app/testing/servers'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { type ApiPerson, proveNumber, register } from '../src/api-person.ts'
import { waitForCode } from '../src/mailbox.ts'
import { NativeClient } from '../src/native-client.ts'
import { takePicture } from '../src/picture.ts'
import { withBrowser } from '../src/with-browser.ts'
import { asShown, words } from '../src/words.ts'

const { person } = withBrowser()
const { publicUrl, mailUrl } = testServers()

/** Text messages are shown beside the mails, by the digits of the number. */
const aCode = (digits: string, seen: number) => waitForCode(mailUrl, `${digits}@sms.invalid`, words.text, seen)

async function withNumber(): Promise<ApiPerson & { digits: string }> {
  const someone = await register(publicUrl, 'by-phone')
  return { ...someone, digits: (await proveNumber(publicUrl, someone.token)).slice(1) }
}

it.each([
  { locale: 'en', width: 1280, label: 'E-mail address or phone number', lead: /text message to \+3161/ },
  { locale: 'nl', width: 390, label: 'E-mailadres of telefoonnummer', lead: /sms-bericht naar \+3161/ },
] as const)('a person types the number as on a card and enters the code: $locale at $width px', async ({ locale, width, label, lead }) => {
  const { digits, userId } = await withNumber()
  const { page } = await person({ locale, width })
  await page.goto('/sign-in')
  await page.getByLabel(asShown(label)).fill(`+31 (0)6 ${digits.slice(3)}`)
  await page.locator('form button[name="method"][value="code"]').click()
  await page.getByText(lead).waitFor()
  await takePicture(page, `sign-in-text-${locale}`)
  await page.locator('input[name="code"]').fill(await aCode(digits, 1))
  await page.locator('form button.ant-btn-primary').first().click()
  await page.waitForURL((url) => url.pathname === '/')
  const session = await page.request.get('/api/v1/session')
  expect(await session.json()).toMatchObject({ userId })
})

it('an app signs in with a number', async () => {
  const { digits, userId } = await withNumber()
  const client = new NativeClient(publicUrl)
  const flow = await client.open('login')
  expect((await client.submit('login', flow, { method: 'code', identifier: `+${digits}` })).status).toBe(400)
  const answer = await client.submit('login', flow, { method: 'code', identifier: `+${digits}`, code: await aCode(digits, 1) })
  const { session_token: token } = z.object({ session_token: z.string() }).parse(answer.json)
  expect((await client.ask('GET', '/api/v1/session', { token })).json).toMatchObject({ userId })
})
