/** Accounts elsewhere: what a person is told when it does not work, in their language, and how they go on. */
import { testServers } from '@app/testing/servers'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { agreeThere, anAccount, buttonTo, comeWith, goThere, isThere, refusals, refuseThere } from '../src/account-elsewhere.ts'
import { register } from '../src/api-person.ts'
import type { Seat } from '../src/browser.ts'
import { lookAround } from '../src/look.ts'
import { allReady, killPart } from '../src/network.ts'
import { atHome, fillIn, isSignedIn, linkedAccounts, signInWithPassword } from '../src/signing-in.ts'
import { withBrowser } from '../src/with-browser.ts'
import { asShown } from '../src/words.ts'

const { person } = withBrowser(() => [testServers().providerUrl])

const said = {
  en: {
    stopped: 'You did not come in with the other account',
    unconfirmed: 'was never confirmed there',
    addressless: asShown('has no e-mail address'),
    known: 'already has an account here',
    down: 'They do not answer right now',
    taken: 'already gets somebody in here',
    error: 'did not work',
  },
  nl: {
    stopped: 'Je bent niet ingelogd met het andere account',
    unconfirmed: 'is daar nooit bevestigd',
    addressless: asShown('heeft geen e-mailadres'),
    known: 'heeft hier al een account',
    down: 'Ze geven nu geen antwoord',
    taken: 'logt hier al iemand in',
    error: 'Dat is niet gelukt',
  },
} as const
const seats: Seat[] = (['en', 'nl'] as const).flatMap((locale) => [
  { locale, width: 1280, colorScheme: 'light' },
  { locale, width: 390, colorScheme: 'dark' },
])

describe.each(seats)('what a person is told, $locale at $width px', (seat) => {
  const words = said[seat.locale]
  const read = async (page: Page, text: string, name: string) => {
    await page.getByText(text, { exact: false }).first().waitFor()
    await lookAround(page, `provider-${name}`, seat)
  }

  it.each(refusals)('after "%s", and they come in another way', async (button) => {
    const { page } = await person(seat)
    const known = await register(testServers().publicUrl)
    await page.goto('/sign-in')
    await goThere(page)
    await refuseThere(page, button)
    await read(page, words.stopped, 'stopped')
    await fillIn(page, known)
    await atHome(page)
  })

  it.each([
    ['unconfirmed', { isConfirmed: false }],
    ['addressless', { email: '' }],
  ] as const)('with an %s account, and they go on with an address', async (name, over) => {
    const { page } = await person(seat)
    await comeWith(page, '/sign-in', anAccount(over))
    await read(page, words[name], name)
    expect(await isSignedIn(page)).toBe(false)
    await page.locator('main a[href^="/register"]').click()
    await page.locator('input[name="email"]').waitFor()
    expect(await page.locator('input[name="email"]').inputValue()).toBe('')
  })

  it('with an address that is known, and when they are somebody else', async () => {
    const { page } = await person(seat)
    const known = await register(testServers().publicUrl)
    await comeWith(page, '/sign-in', anAccount({ email: known.email }))
    await read(page, words.known, 'known')
    await page.locator('input[name="password"]').fill('not the password')
    await page.locator('button[name="method"][value="password"]').click()
    await page.getByRole('alert').waitFor()
    await lookAround(page, 'provider-known-wrong', seat)
    expect(await isSignedIn(page)).toBe(false)
  })

  it('with an account that is somebody else’s', async () => {
    const [owner, { page }] = [await person(), await person(seat)]
    const there = anAccount()
    await comeWith(owner.page, '/sign-in', there)
    await atHome(owner.page)
    await signInWithPassword(page, await register(testServers().publicUrl, 'taken', seat.locale))
    await page.goto('/security')
    await linkedAccounts(page).getByRole('button').click()
    await page.waitForURL(isThere)
    await agreeThere(page, there)
    await read(page, words.taken, 'taken')
    await linkedAccounts(page)
      .getByRole('button', { name: /Link Local provider|Local provider koppelen/ })
      .waitFor()
  })

  it('when the provider is down: not where it is, and they try again', async () => {
    const { page } = await person(seat)
    await allReady()
    await page.goto('/sign-in')
    await buttonTo(page).waitFor()
    const { readyAgain } = await killPart('provider')
    const [answer] = await Promise.all([page.waitForResponse(/self-service\/login\?flow=/), buttonTo(page).click()])
    expect([answer.status(), await answer.text()]).toEqual([503, expect.not.stringMatching(/127\.0\.0\.1|well-known|dial/)])
    await read(page, words.down, 'down')
    await readyAgain
    await page.getByRole('button', { name: /^(Try again|Probeer opnieuw)/ }).click()
    await page.waitForURL(isThere)
  })

  it('at an error, and they sign in anew', async () => {
    const { page } = await person(seat)
    await page.goto('/self-service/methods/oidc/callback/local?code=x&state=y')
    await page.waitForURL('**/error?*')
    await read(page, words.error, 'error')
  })
})
