/**
 * The story every release must tell: prove an address, register, arrive, get welcomed, leave, forget the password, recover, come back.
 *
 * Each step can be tried again from wherever the last try left the person: that is what people do when something fails.
 */
import { randomBytes } from 'node:crypto'
import { until } from '@app/testing/poll'
import type { Page } from 'playwright-core'
import { freshEmail } from './api-person.ts'
import type { Person } from './browser.ts'
import { mailsTo, waitForCode } from './mailbox.ts'
import { words } from './words.ts'

export type Traveller = {
  person: Person
  locale: 'en' | 'nl'
  mailUrl: string
  email: string
  name: string
  password: string
  nextPassword: string
  /** Verification and recovery codes that were read before: a newer mail is waited for. */
  read: { verification: number; recovery: number }
}

export type Step = {
  name: string
  /** One try, as a person would make it. */
  act: (traveller: Traveller) => Promise<void>
  /** True once the step is behind the person. */
  done: (traveller: Traveller) => Promise<boolean>
}

export function newTraveller(person: Person, locale: 'en' | 'nl', mailUrl: string): Traveller {
  const secret = () => `${randomBytes(9).toString('base64url')} walks in`
  return {
    person,
    locale,
    mailUrl,
    email: freshEmail(`story-${locale}`),
    name: locale === 'nl' ? 'Zoë van der Berg' : 'Ada Lovelace',
    password: secret(),
    nextPassword: secret(),
    read: { verification: 0, recovery: 0 },
  }
}

const visible = (page: Page, selector: string) => page.locator(selector).first().isVisible()
const at = (page: Page, path: string) => new URL(page.url()).pathname === path
const primary = (page: Page) => page.locator('form button.ant-btn-primary').first()
const byPassword = (page: Page) => page.locator('form button[name="method"][value="password"]').first()

/** Fills a field that may already hold the text, as after a failed try. */
const fill = (page: Page, name: string, text: string) => page.locator(`input[name="${name}"]`).first().fill(text, { timeout: 5_000 })

/** What the person is shown as wrong right now. */
export const alertsOn = (page: Page) => page.getByRole('alert').allInnerTexts()

async function session(page: Page): Promise<{ emailVerified: boolean; email: string } | null> {
  const answer = await page.request.get('/api/v1/session', { failOnStatusCode: false, timeout: 5_000 }).catch(() => null)
  return answer?.status() === 200 ? await answer.json() : null
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/sign-in')
  await fill(page, 'identifier', email)
  await fill(page, 'password', password)
  await byPassword(page).click()
}

/** Also the way back to where a person was: an address that was just used is not sent another code. */
async function giveAddress({ person: { page }, email }: Traveller): Promise<void> {
  await page.goto('/register')
  await fill(page, 'email', email)
  await primary(page).click()
  await until(async () => (await visible(page, 'input[name="email"]')) === false || (await alertsOn(page)).length > 0, {
    timeoutMs: 5_000,
    everyMs: 50,
  })
}

const asksForCode: Step = {
  name: 'gives an address',
  act: giveAddress,
  done: ({ person: { page } }) => visible(page, 'input[name="code"]'),
}

const confirmed: Step = {
  name: 'confirms the code from the mail',
  act: async (traveller) => {
    const { page } = traveller.person
    if (!(await visible(page, 'input[name="code"]'))) await giveAddress(traveller)
    // The right code counted although its answer was lost, or it is entered once more.
    if (!(await visible(page, 'input[name="code"]'))) return
    await fill(page, 'code', await waitForCode(traveller.mailUrl, traveller.email, words.verification, traveller.read.verification))
    await primary(page).click()
  },
  done: ({ person: { page } }) => visible(page, 'input[name="traits.name"]'),
}

const registered: Step = {
  name: 'registers',
  act: async (traveller) => {
    const { page } = traveller.person
    if (!(await visible(page, 'input[name="traits.name"]'))) await giveAddress(traveller)
    await fill(page, 'traits.name', traveller.name)
    await fill(page, 'password', traveller.password)
    await byPassword(page).click()
    const said = () => page.locator('main :is([role="alert"], [role="status"])').allInnerTexts()
    await until(async () => at(page, '/') || (await said()).some((text) => text !== ''), { timeoutMs: 10_000, everyMs: 50 })
    // The first try counted although its answer was lost: the person has an account and signs in.
    if ((await said()).some((text) => words.known.test(text))) await signIn(page, traveller.email, traveller.password)
  },
  done: async ({ person: { page } }) => (await session(page))?.emailVerified === true,
}

const home: Step = {
  name: 'sees their own data at home',
  act: async ({ person: { page } }) => {
    if (!at(page, '/')) await page.goto('/')
    else await page.reload()
  },
  done: async ({ person: { page }, email }) => at(page, '/') && (await page.locator('main').getByText(email).first().isVisible()),
}

const left: Step = {
  name: 'signs out',
  act: async ({ person: { page } }) => {
    if ((await session(page)) === null) return void (await page.goto('/sign-in'))
    if (!(await page.getByRole('button', { name: words.menu }).isVisible())) await page.goto('/')
    const leave = page.getByRole('button', { name: words.signOut })
    if (!(await leave.isVisible())) await page.getByRole('button', { name: words.menu }).click({ timeout: 5_000 })
    await leave.click({ timeout: 5_000 })
  },
  done: async ({ person: { page } }) => at(page, '/sign-in') && (await visible(page, 'input[name="identifier"]')),
}

const asked: Step = {
  name: 'asks for a recovery code',
  act: async (traveller) => {
    const { page } = traveller.person
    await page.goto('/recover')
    const before = (await mailsTo(traveller.mailUrl, traveller.email)).filter((mail) => words.recovery.test(mail.subject)).length
    await fill(page, 'email', traveller.email)
    await primary(page).click()
    await page.locator('input[name="code"]').waitFor({ timeout: 5_000 })
    traveller.read.recovery = before
  },
  done: ({ person: { page } }) => visible(page, 'input[name="code"]'),
}

const recovered: Step = {
  name: 'enters the recovery code',
  act: async (traveller) => {
    const { page } = traveller.person
    // The code counted although its answer was lost: the person is in, and sets a password.
    if ((await session(page)) !== null) return void (await page.goto('/new-password'))
    if (!(await visible(page, 'input[name="code"]'))) await asked.act(traveller)
    await page.locator('input[name="code"]').waitFor({ timeout: 5_000 })
    const code = await waitForCode(traveller.mailUrl, traveller.email, words.recovery, traveller.read.recovery)
    await fill(page, 'code', code)
    await primary(page).click()
  },
  done: async ({ person: { page } }) => at(page, '/new-password') && (await visible(page, 'input[name="password"]')),
}

const changed: Step = {
  name: 'sets a new password',
  act: async ({ person: { page }, nextPassword }) => {
    if (!at(page, '/new-password')) await page.goto('/new-password')
    await fill(page, 'password', nextPassword)
    await byPassword(page).click()
  },
  done: async ({ person: { page } }) => at(page, '/') && (await session(page)) !== null,
}

const returned: Step = {
  name: 'signs in with the new password',
  act: ({ person: { page }, email, nextPassword }) => signIn(page, email, nextPassword),
  done: home.done,
}

/** In order. Leaving appears twice: after the welcome, and after the new password. */
export const story: readonly Step[] = [asksForCode, confirmed, registered, home, left, asked, recovered, changed, left, returned]

/** Lets the person try a step until it is done: the first try, and after a failure what the screen offers. */
export async function walk(
  step: Step,
  traveller: Traveller,
  limits: { timeoutMs: number; mayBeDone?: boolean } = { timeoutMs: 30_000 },
): Promise<{ alerts: string[] }> {
  const { page } = traveller.person
  const alerts = new Set<string>()
  const deadline = performance.now() + limits.timeoutMs
  let lastError: unknown = null
  while (performance.now() < deadline) {
    // Nothing to try again when an earlier try got through after all: a person looks for a moment before pressing again.
    const isThrough = () => until(() => step.done(traveller), { timeoutMs: 1_000, everyMs: 100 }).catch(() => false)
    if (limits.mayBeDone === true && (await isThrough())) return { alerts: [...alerts] }
    await step.act(traveller).catch((error: unknown) => {
      lastError = error
    })
    const triedAt = performance.now()
    const settled = await until(
      async () => {
        const said = await alertsOn(page)
        for (const text of said) alerts.add(text)
        // Told that it did not work, a person reads that and presses again.
        const told = said.length > 0 && performance.now() - triedAt > 1_000
        return (await step.done(traveller)) ? 'done' : told ? 'told' : undefined
      },
      { timeoutMs: 4_000, everyMs: 200 },
    ).catch(() => 'not yet')
    if (settled === 'done') return { alerts: [...alerts] }
  }
  throw new Error(`${traveller.email} never ${step.name}; the screen says: ${[...alerts].join(' | ') || 'nothing'} at ${page.url()}`, {
    cause: lastError,
  })
}
