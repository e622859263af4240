/** A person's account at the local provider: the pages there, pressed as a person presses them. */
import { randomBytes } from 'node:crypto'
import { testServers } from '@app/testing/servers'
import type { Page } from 'playwright-core'

export interface Elsewhere {
  readonly sub: string
  /** Empty: the provider tells none. */
  readonly email: string
  readonly isConfirmed: boolean
  readonly name: string
}

export function anAccount(over: Partial<Elsewhere> = {}): Elsewhere {
  const sub = randomBytes(6).toString('hex')
  return { sub, email: `${sub}@provider.test`, isConfirmed: true, name: 'Ann Lee', ...over }
}

export const isThere = (url: URL) => url.origin === new URL(testServers().providerUrl).origin
/** Back, and no more underway. */
const isScreen = (url: URL) => !isThere(url) && !url.pathname.startsWith('/self-service/')

export const buttonTo = (page: Page) => page.locator('button[name="provider"][value="local"]')

/** Leaves for the provider by the button of the screen in view. */
export async function goThere(page: Page): Promise<void> {
  await buttonTo(page).click()
  await page.waitForURL(isThere)
}

/** Says who they are, and agrees that Vestibule may know. Ends wherever that leads here. */
export async function agreeThere(page: Page, account: Elsewhere): Promise<void> {
  await chooseThere(page, account)
  // Whoever agreed before is not asked again.
  await Promise.race([page.waitForURL(isScreen), allow(page).click()])
  await page.waitForURL(isScreen)
}

/** The same, but the browser stays there. @returns the address to which it would have gone back. */
export async function answerAlone(page: Page, account: Elsewhere): Promise<string> {
  await chooseThere(page, account)
  await allow(page).waitFor()
  let step = await page.request.post(page.url(), { form: { do: 'allow' }, maxRedirects: 0 })
  for (let hops = 0; hops < 5; hops += 1) {
    const next = new URL(step.headers()['location'] ?? '', step.url())
    if (!isThere(next)) return next.href
    step = await page.request.get(next.href, { maxRedirects: 0 })
  }
  throw new Error(`the provider goes round in circles at ${step.url()}`)
}

const allow = (page: Page) => page.getByRole('button', { name: 'Allow' })

async function chooseThere(page: Page, { sub, email, isConfirmed, name }: Elsewhere): Promise<void> {
  await page.getByRole('heading', { name: 'Who are you?' }).waitFor()
  await page.getByLabel('Subject').fill(sub)
  await page.getByLabel('E-mail, may be empty').fill(email)
  await page.getByLabel('E-mail is confirmed').setChecked(isConfirmed)
  await page.getByLabel('Name, may be empty').fill(name)
  await page.getByRole('button', { name: 'Continue as this person' }).click()
}

export const refusals = ['Cancel', 'Fail with an error of the provider', 'Fail because it is busy'] as const

/** Presses a button that ends the visit there. */
export async function refuseThere(page: Page, button: (typeof refusals)[number]): Promise<void> {
  await page.getByRole('button', { name: button }).click()
  await page.waitForURL(isScreen)
}

/** From a screen with the button all the way back. */
export async function comeWith(page: Page, path: '/sign-in' | '/register', account: Elsewhere): Promise<void> {
  await page.goto(path)
  await goThere(page)
  await agreeThere(page, account)
}
