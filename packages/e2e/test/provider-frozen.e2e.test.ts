/** A provider that takes connections and says nothing: the person is told in time, and gets in another way, or as before once it is back. */
import { testServers } from '@app/testing/servers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { agreeThere, anAccount, answerAlone, buttonTo, goThere } from '../src/account-elsewhere.ts'
import { register } from '../src/api-person.ts'
import { lookAround } from '../src/look.ts'
import { allReady, freezePart } from '../src/network.ts'
import { takePicture } from '../src/picture.ts'
import { atHome, fillIn, isSignedIn } from '../src/signing-in.ts'
import { withBrowser } from '../src/with-browser.ts'

const { person } = withBrowser(() => [testServers().providerUrl])
const internals = /127\.0\.0\.1|well-known|dial|deadline/i

async function freeze(): Promise<{ thaw(): Promise<void> }> {
  await allReady()
  const { thaw } = await freezePart('provider')
  onTestFinished(thaw)
  return {
    thaw: async () => {
      thaw()
      await allReady()
    },
  }
}

/** Every minute of this is waiting: one language and one width are enough. */
const seat = { locale: 'nl', width: 390, colorScheme: 'dark' } as const

describe('a frozen provider', () => {
  it('on the way there: says so within the time that anybody waits, and leaves the other ways in', async () => {
    const { page } = await person(seat)
    const known = await register(testServers().publicUrl, 'frozen', seat.locale)
    await page.goto('/sign-in')
    await buttonTo(page).waitFor()
    const { thaw } = await freeze()
    const patience = page.getByText('Dit duurt langer dan normaal')
    const [answer] = await Promise.all([page.waitForResponse(/self-service\/login\?flow=/), buttonTo(page).click(), patience.waitFor()])
    expect([answer.status(), await answer.text()]).toEqual([503, expect.not.stringMatching(internals)])
    await page.getByText('Ze geven nu geen antwoord').waitFor()
    expect(await patience.count()).toBe(0)
    await takePicture(page, 'provider-frozen')
    await fillIn(page, known)
    await atHome(page)
    await thaw()
  })

  it('on the way back: shows a page with a way on, nobody is half signed in, and the next try gets in', async () => {
    const { page } = await person(seat)
    const there = anAccount()
    await page.goto('/sign-in')
    await goThere(page)
    const callback = await answerAlone(page, there)
    const { thaw } = await freeze()
    const answer = await page.goto(callback, { timeout: 40_000 })
    expect([answer?.status(), await answer?.text()]).toEqual([504, expect.not.stringMatching(internals)])
    await lookAround(page, 'provider-frozen-back', seat)
    expect(await isSignedIn(page)).toBe(false)
    await thaw()
    await page.getByRole('main').getByRole('link').click()
    await page.waitForURL('**/sign-in*')
    await goThere(page)
    await agreeThere(page, there)
    await atHome(page)
  })
})
