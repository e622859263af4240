/** One browser per test file; every person who sits down is made to leave. */
import { findProgram } from '@app/network/programs'
import { testServers } from '@app/testing/servers'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { openBrowser, type Person, type Seat, sitDown } from './browser.ts'

/**
 * Call once at the top of a test file. Every person must have caused no complaint by the end of the test.
 *
 * @param elsewhere origins besides ours that these tests go to.
 */
export function withBrowser(elsewhere: () => readonly string[] = () => []): { person: (seat?: Partial<Seat>) => Promise<Person> } {
  let browser: Browser | null = null
  const present: Person[] = []
  beforeAll(async () => {
    const chromium = process.env['VESTIBULE_TEST_CHROMIUM'] ?? findProgram('chromium', process.env['PATH'] ?? '')
    if (chromium === null)
      throw new Error('There is no Chromium: install it (Debian: apt-get install chromium) or name it in VESTIBULE_TEST_CHROMIUM.')
    browser = await openBrowser(chromium)
  })
  afterEach(async () => {
    const people = present.splice(0)
    for (const { leave } of people) await leave()
    expect(people.flatMap(({ complaints }) => complaints)).toEqual([])
  })
  afterAll(async () => browser?.close())
  return {
    person: async (seat = {}) => {
      if (browser === null) throw new Error('the browser opens in beforeAll')
      const taken: Seat = { locale: 'en', width: 1280, colorScheme: 'light', ...seat }
      const person = await sitDown(browser, testServers().publicUrl, taken, elsewhere())
      present.push(person)
      return person
    },
  }
}
