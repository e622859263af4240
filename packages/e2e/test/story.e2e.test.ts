/** The first paragraph of the README, walked by a person in a real browser through nginx. */
import { until } from '@app/testing/poll'
import { testServers } from '@app/testing/servers'
import { expect, it } from 'vitest'
import { mailsTo } from '../src/mailbox.ts'
import { newTraveller, story, walk } from '../src/story.ts'
import { withBrowser } from '../src/with-browser.ts'
import { words } from '../src/words.ts'

const { person } = withBrowser()

it.each([
  { locale: 'en', width: 1280, colorScheme: 'light' },
  { locale: 'nl', width: 390, colorScheme: 'dark' },
] as const)('registers, confirms, is welcomed, leaves, recovers and returns: $locale at $width px, $colorScheme', async (seat) => {
  const { mailUrl } = testServers()
  const traveller = newTraveller(await person(seat), seat.locale, mailUrl)
  for (const step of story) {
    const { alerts } = await walk(step, traveller)
    expect(alerts, step.name).toEqual([])
  }
  const { page } = traveller.person
  expect(await page.locator('html').getAttribute('lang')).toBe(seat.locale)
  const welcome = await until(async () => {
    const mails = (await mailsTo(mailUrl, traveller.email)).filter((mail) => words.welcome.test(mail.subject))
    return mails.length > 0 && mails
  })
  expect(new Set(welcome.map((mail) => mail.messageId)).size).toBe(1)
  expect(welcome[0]?.subject).toMatch(seat.locale === 'nl' ? /welkom/i : /welcome/i)
  expect(welcome[0]?.text).toContain(traveller.name.split(' ')[0])
})
