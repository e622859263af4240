/** A new account from the first field to home, in a real browser: an address, the code that went there, a way to sign in. */
import { until } from '@app/testing/poll'
import { testServers } from '@app/testing/servers'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { call, freshEmail, register } from '../src/api-person.ts'
import { plugIn } from '../src/authenticator.ts'
import { mailsTo, waitForCode } from '../src/mailbox.ts'
import { takePicture } from '../src/picture.ts'
import { withBrowser } from '../src/with-browser.ts'
import { asShown, words } from '../src/words.ts'

const { person } = withBrowser()
const { mailUrl, publicUrl } = testServers()

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('name'))

/** By keyboard alone. */
async function askForCode(page: Page, email: string): Promise<void> {
  await page.goto('/register')
  await page.locator('input[name="email"]').focus()
  await page.keyboard.type(email)
  await page.keyboard.press('Enter')
  await page.locator('input[name="code"]').waitFor()
}

it('registers with a password; reload and back keep what was done, and nothing has to be confirmed afterwards', async () => {
  const { page } = await person()
  const email = freshEmail('newcomer')
  await page.goto('/register')
  await page.getByRole('button', { name: 'Send code' }).click()
  await page.getByText(asShown('Fill in your e-mail address.')).waitFor()
  expect(await focused(page)).toBe('email')
  await takePicture(page, 'register-address-en')
  await askForCode(page, email)
  expect(await focused(page)).toBe('code')
  expect(await page.locator('input[name="code"]').getAttribute('autocomplete')).toBe('one-time-code')
  await page.getByText(/^You can ask for a new code in \d+ s$/).waitFor()
  expect(await page.getByRole('button', { name: 'Send a new code' }).count()).toBe(0)
  await takePicture(page, 'register-code-en')

  const code = await waitForCode(mailUrl, email, words.verification)
  const wrong = code === '000000' ? '000001' : '000000'
  await page.keyboard.type('12')
  await page.keyboard.press('Enter')
  await page.getByText('A code has six digits.').waitFor()
  await page.locator('input[name="code"]').fill(wrong)
  await page.keyboard.press('Enter')
  await page.getByText('This code is not right, or too old.', { exact: false }).waitFor()
  expect(await focused(page)).toBe('code')

  await page.reload()
  await page.getByText(email).waitFor()
  await page.getByRole('button', { name: 'Use another address' }).click()
  expect(await page.locator('input[name="email"]').inputValue()).toBe(email)
  expect(await focused(page)).toBe('email')
  await page.keyboard.press('Enter')
  // The same address so soon: the code that was sent still counts.
  await page.locator('input[name="code"]').fill(`${code.slice(0, 3)} ${code.slice(3)}`)
  await page.keyboard.press('Enter')
  await page.locator('input[name="traits.name"]').waitFor()
  expect(await focused(page)).toBe('traits.name')
  await takePicture(page, 'register-account-en')

  await page.goBack()
  await page.locator('input[name="email"]').waitFor()
  await page.goForward()
  await page.reload()
  expect(await page.locator('input[name="traits.email"]').inputValue()).toBe(email)
  expect(await page.locator('input[name="traits.email"]').getAttribute('readonly')).not.toBeNull()
  await page.locator('input[name="traits.name"]').fill('Ada Lovelace')
  await page.locator('input[name="password"]').fill('an engine that weaves 7')
  await page.getByRole('button', { name: 'Create account', exact: true }).click()
  await page.waitForURL((url) => url.pathname === '/')
  expect(await (await page.request.get('/api/v1/session')).json()).toMatchObject({ email, emailVerified: true })
  expect(await page.evaluate(() => window.sessionStorage.getItem('vestibule.registration'))).toBeNull()
  await until(async () => (await mailsTo(mailUrl, email)).some(({ subject }) => words.welcome.test(subject)))
  const codes = (await mailsTo(mailUrl, email)).filter(({ subject }) => words.verification.test(subject))
  expect(codes).toHaveLength(1)
})

it('registers with a passkey, in Dutch and on a phone', async () => {
  const { page } = await person({ locale: 'nl', width: 390, colorScheme: 'dark' })
  const email = freshEmail('toegangssleutel')
  await askForCode(page, email)
  await takePicture(page, 'register-code-nl')
  const code = await waitForCode(mailUrl, email, words.verification)
  await page.keyboard.type(code)
  await page.keyboard.press('Enter')
  await page.locator('input[name="traits.name"]').fill('Zoë van der Berg')
  await takePicture(page, 'register-account-nl')
  const device = await plugIn(page)
  await page.locator('button[name="passkey_register_trigger"]').click()
  await page.waitForURL((url) => url.pathname === '/')
  expect(await device.count()).toBe(1)
  const session = await (await page.request.get('/api/v1/session')).json()
  expect(session).toMatchObject({ email, emailVerified: true, methods: [{ method: 'passkey' }] })
})

it('takes no code after five wrong ones, and says so', async () => {
  const { page } = await person()
  const email = freshEmail('guesser')
  await askForCode(page, email)
  const code = await waitForCode(mailUrl, email, words.verification)
  for (let tries = 1; tries <= 5; tries += 1) {
    await page.locator('input[name="code"]').fill(String((Number(code) + tries) % 1_000_000).padStart(6, '0'))
    await Promise.all([page.waitForResponse(/\/code$/), page.keyboard.press('Enter')])
  }
  await page.getByText('This code no longer works after so many wrong tries.', { exact: false }).waitFor()
  await page.locator('input[name="code"]').fill(code)
  await Promise.all([page.waitForResponse(/\/code$/), page.keyboard.press('Enter')])
  await page.getByText('This code no longer works after so many wrong tries.', { exact: false }).waitFor()
  expect(await page.locator('input[name="code"]').isVisible()).toBe(true)
})

it('shows whoever types a known address the same as anybody; only the mail tells', async () => {
  const ada = await register(publicUrl, 'known')
  const { page } = await person()
  const seen: string[] = []
  for (const email of [freshEmail('known'), ada.email]) {
    await page.goto('/register')
    await page.evaluate(() => window.sessionStorage.clear())
    await askForCode(page, email)
    await page.locator('input[name="code"]').fill('123456')
    await Promise.all([page.waitForResponse(/\/code$/), page.keyboard.press('Enter')])
    await page.getByText('This code is not right, or too old.', { exact: false }).waitFor()
    seen.push(((await page.locator('main').textContent()) ?? '').replaceAll(email, '…').replaceAll(/\d+ s/g, ''))
  }
  expect(seen[1]).toBe(seen[0])
  await until(async () => (await mailsTo(mailUrl, ada.email)).some(({ text }) => text.includes('/sign-in')))

  const shown = await Promise.all(
    [freshEmail('known'), ada.email].map((email) => call(publicUrl, 'POST', '/api/v1/registrations', { body: { email, locale: 'en' } })),
  )
  const [unknown, known] = shown.map(({ status, headers, text }) => ({
    status,
    headers: [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
    text: text.replaceAll(/"(id|secret|expiresAt)":"[^"]+"/g, '$1'),
  }))
  expect(known).toEqual(unknown)
})

it('starts over when what was confirmed no longer counts', async () => {
  const { page } = await person()
  const email = freshEmail('late')
  await askForCode(page, email)
  await page.keyboard.type(await waitForCode(mailUrl, email, words.verification))
  await page.keyboard.press('Enter')
  await page.locator('input[name="traits.name"]').waitFor()
  await page.evaluate(() => {
    const kept = window.sessionStorage.getItem('vestibule.registration') ?? ''
    window.sessionStorage.setItem('vestibule.registration', kept.replace(/"proof":"[^"]+"/, '"proof":"0.used"'))
  })
  await page.reload()
  await page.locator('input[name="traits.name"]').fill('Ada Lovelace')
  await page.locator('input[name="password"]').fill('an engine that weaves 7')
  await page.getByRole('button', { name: 'Create account', exact: true }).click()
  await page.getByText('Your confirmation was used already, or is too old.', { exact: false }).waitFor()
  expect(await focused(page)).toBe('email')
})

it('sends another code after a while, and the one before no longer counts', async () => {
  const { page } = await person()
  await page.clock.install()
  const email = freshEmail('patient')
  await askForCode(page, email)
  const first = await waitForCode(mailUrl, email, words.verification)
  await page.clock.fastForward('01:05')
  await page.getByRole('button', { name: 'Send a new code' }).click()
  await page.getByText('A new code is on its way.', { exact: false }).waitFor()
  const second = await waitForCode(mailUrl, email, words.verification, 1)
  await page.locator('input[name="code"]').fill(first)
  await page.keyboard.press('Enter')
  if (first !== second) await page.getByText('This code is not right, or too old.', { exact: false }).waitFor()
  await page.locator('input[name="code"]').fill(second)
  await page.keyboard.press('Enter')
  await page.locator('input[name="traits.name"]').waitFor()
})
