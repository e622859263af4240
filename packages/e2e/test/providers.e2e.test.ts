/** Accounts elsewhere, at the local provider: coming in, linking, and what an attacker may try. */
import { readMe } from '@app/contracts/users'
import { testServers } from '@app/testing/servers'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import {
  agreeThere,
  anAccount,
  answerAlone,
  buttonTo,
  comeWith,
  goThere,
  isThere,
  refusals,
  refuseThere,
} from '../src/account-elsewhere.ts'
import { register } from '../src/api-person.ts'
import { atHome, isSignedIn, linkedAccounts, sessionOf, signInWithPassword } from '../src/signing-in.ts'
import { withBrowser } from '../src/with-browser.ts'

const { person } = withBrowser(() => [testServers().providerUrl])

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /account menu/ }).click()
  await page.getByRole('banner').getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.waitForURL('**/sign-in*')
}

describe('coming in with an account elsewhere', () => {
  it('makes an account of a new person who agrees, and is the same one the next time', async () => {
    const { page } = await person()
    const ann = anAccount()
    await comeWith(page, '/sign-in', ann)
    await atHome(page)
    const first = await sessionOf(page)
    expect(first).toMatchObject({ email: ann.email, emailVerified: true, name: 'Ann Lee', methods: [{ method: 'oidc' }] })
    expect(readMe.answers[200].parse(await (await page.request.get('/api/v1/users/me')).json()).id).toBe(first.userId)
    await signOut(page)
    await goThere(page)
    await agreeThere(page, ann)
    await atHome(page)
    expect((await sessionOf(page)).userId).toBe(first.userId)
  })

  it('also from the registration form, and takes the person to where they wanted to go', async () => {
    const { page } = await person()
    await page.goto('/register?return_to=/settings')
    await goThere(page)
    await agreeThere(page, anAccount())
    await page.waitForURL((url) => url.pathname === '/settings')
  })

  it('confirms that it is them before something important', async () => {
    const { page } = await person()
    const ann = anAccount()
    await comeWith(page, '/sign-in', ann)
    await atHome(page)
    const before = await sessionOf(page)
    await page.goto('/sign-in?refresh=true&return_to=/security')
    await goThere(page)
    await agreeThere(page, ann)
    await page.waitForURL((url) => url.pathname === '/security')
    const after = await sessionOf(page)
    expect(after.userId).toBe(before.userId)
    expect(Date.parse(after.methods.at(-1)?.at ?? '')).toBeGreaterThan(Date.parse(before.since))
  })
})

describe('an address that somebody has here', () => {
  it('joins nobody: they prove the way in that they have, and both work from then on', async () => {
    const { page } = await person()
    const known = await register(testServers().publicUrl)
    const there = anAccount({ email: known.email })
    await comeWith(page, '/sign-in', there)
    expect(await isSignedIn(page)).toBe(false)
    await page.locator('input[name="password"]').fill('not the password')
    await page.getByRole('button', { name: 'Sign in and link' }).click()
    await page.getByRole('alert').waitFor()
    expect(await isSignedIn(page)).toBe(false)
    await page.locator('input[name="password"]').fill(known.password)
    await page.getByRole('button', { name: 'Sign in and link' }).click()
    await atHome(page)
    expect((await sessionOf(page)).userId).toBe(known.userId)
    const again = await person()
    await comeWith(again.page, '/sign-in', there)
    await atHome(again.page)
    expect((await sessionOf(again.page)).userId).toBe(known.userId)
  })

  it('stays as it is for whoever turns away', async () => {
    const { page } = await person()
    const known = await register(testServers().publicUrl)
    await comeWith(page, '/register', anAccount({ email: known.email }))
    await page.getByRole('link', { name: 'Not now' }).click()
    await page.getByText('No account yet?').waitFor()
    await signInWithPassword(page, known)
    await page.goto('/security')
    await linkedAccounts(page).getByRole('button', { name: 'Link Local provider' }).waitFor()
  })
})

describe('linking on the security page', () => {
  it('adds an account elsewhere as a way in, and takes it away again', async () => {
    const { page } = await person()
    const known = await register(testServers().publicUrl)
    const there = anAccount()
    await signInWithPassword(page, known)
    await page.goto('/security')
    await linkedAccounts(page).getByRole('button', { name: 'Link Local provider' }).click()
    await page.waitForURL(isThere)
    await agreeThere(page, there)
    await linkedAccounts(page).getByRole('button', { name: 'Unlink Local provider' }).waitFor()
    const other = await person()
    await comeWith(other.page, '/sign-in', there)
    await atHome(other.page)
    expect((await sessionOf(other.page)).userId).toBe(known.userId)

    await linkedAccounts(page).getByRole('button', { name: 'Unlink Local provider' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click()
    await page.getByText('The account is unlinked').waitFor()
    await linkedAccounts(page).getByRole('button', { name: 'Link Local provider' }).waitFor()
    const stranger = await person()
    await comeWith(stranger.page, '/sign-in', there)
    await atHome(stranger.page)
    expect((await sessionOf(stranger.page)).userId).not.toBe(known.userId)
  })

  it.each(refusals)('links nothing after "%s", and says so', async (button) => {
    const { page } = await person()
    await signInWithPassword(page, await register(testServers().publicUrl))
    await page.goto('/security')
    await linkedAccounts(page).getByRole('button', { name: 'Link Local provider' }).click()
    await page.waitForURL(isThere)
    await refuseThere(page, button)
    await page.getByText('The other account was not linked', { exact: false }).waitFor()
    await linkedAccounts(page).getByRole('button', { name: 'Link Local provider' }).waitFor()
  })
})

describe('what leads nowhere', () => {
  it('an answer in another browser: nobody is signed in as somebody else', async () => {
    const [mallory, victim] = [await person(), await person()]
    await mallory.page.goto('/sign-in')
    await goThere(mallory.page)
    await victim.page.goto(await answerAlone(mallory.page, anAccount()))
    await victim.page.waitForURL('**/error?*')
    expect(await isSignedIn(victim.page)).toBe(false)
    await victim.page.getByText('belongs to another browser', { exact: false }).waitFor()
    await victim.page.getByRole('link', { name: 'Sign in again' }).click()
    await buttonTo(victim.page).waitFor()
  })

  it('an answer with another state', async () => {
    const { page } = await person()
    await page.goto('/sign-in')
    await goThere(page)
    const forged = new URL(await answerAlone(page, anAccount()))
    forged.searchParams.set('state', 'a'.repeat(64))
    await page.goto(forged.href)
    await page.waitForURL('**/error?*')
    expect(await isSignedIn(page)).toBe(false)
  })

  it('an answer that was used: the session that it gave stays, and no other is given', async () => {
    const { page } = await person()
    await page.goto('/sign-in')
    await goThere(page)
    const callback = await answerAlone(page, anAccount())
    await page.goto(callback)
    await atHome(page)
    const { sessionId } = await sessionOf(page)
    await page.goto(callback)
    await page.locator('h1').waitFor()
    expect((await sessionOf(page)).sessionId).toBe(sessionId)
    await page.context().clearCookies({ name: 'ory_kratos_session' })
    await page.goto(callback)
    await page.getByText('This link back was already used, or is too old. Sign in again.').waitFor()
    expect(await isSignedIn(page)).toBe(false)
    await page.getByRole('link', { name: 'Sign in again' }).click()
    await buttonTo(page).waitFor()
  })

  it.each([
    ['https://evil.example/', '/error', '/error'],
    ['//evil.example', '/', '/error'],
    // Kratos takes it for a path of ours, and nginx lets no redirect of it through.
    ['/\\evil.example', '/', '/sign-in'],
    ['https://localhost@evil.example/', '/', '/error'],
  ])('a return to %s', async (to, place, refused) => {
    const { page } = await person()
    await page.goto(`/sign-in?return_to=${encodeURIComponent(to)}`)
    await goThere(page)
    await agreeThere(page, anAccount())
    await page.waitForURL((url) => url.pathname === place)
    await page.goto(`/self-service/login/browser?return_to=${encodeURIComponent(to)}`)
    expect(new URL(page.url()).origin).toBe(testServers().publicUrl)
    await page.context().clearCookies()
    await page.goto(`/self-service/login/browser?return_to=${encodeURIComponent(to)}`)
    await page.waitForURL((url) => url.pathname === refused)
    if (refused === '/error') await page.getByText('The address to return to', { exact: false }).waitFor()
  })

  it('another address to come back to than the provider knows', async () => {
    const { page } = await person()
    await page.goto('/sign-in')
    const [asked] = await Promise.all([page.waitForRequest((request) => new URL(request.url()).pathname === '/auth'), goThere(page)])
    const forged = new URL(asked.url())
    forged.searchParams.set('redirect_uri', `${testServers().publicUrl}/self-service/methods/oidc/callback/local.evil`)
    expect((await page.goto(forged.href))?.status()).toBe(400)
    await page.getByRole('alert').getByText('redirect_uri', { exact: false }).waitFor()
  })
})
