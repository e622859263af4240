/** Every screen, both languages, light and dark, phone and desktop: axe finds nothing, nothing moves, nothing is too heavy. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { testStateFolder } from '@app/testing/servers'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { becomeAdministrator } from '../src/administrator.ts'
import type { Seat } from '../src/browser.ts'
import { withBrowser } from '../src/with-browser.ts'

const { person } = withBrowser()
const signedOut = ['/sign-in', '/register', '/recover', '/verify', '/setup#not-a-token', '/error', '/no-such-page'] as const
const seats: Seat[] = (['en', 'nl'] as const).flatMap((locale) => [
  { locale, width: 1280, colorScheme: 'light' },
  { locale, width: 390, colorScheme: 'dark' },
])
const pictures = join(testStateFolder(), 'pictures')

async function look(page: Page, path: string, seat: Seat): Promise<void> {
  await page.goto(path)
  await page.locator('h1').first().waitFor()
  await page.waitForLoadState('networkidle')
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
  expect(found, `${path} in ${seat.locale}`).toEqual([])
  expect(await shiftOf(page), `layout shift of ${path}`).toBeLessThan(0.02)
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    `${path} scrolls sideways`,
  ).toBeLessThanOrEqual(0)
  expect(await page.title()).not.toBe('')
  expect(await page.locator('html').getAttribute('lang'), path).toBe(seat.locale)
  const name =
    path
      .replace(/[0-9a-f-]{36}/, 'one')
      .replace(/[^a-z]+/g, '-')
      .replace(/^-|-$/g, '') || 'home'
  await mkdir(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}-${seat.locale}-${seat.width}-${seat.colorScheme}.png`), fullPage: true })
}

/** Sum of all layout shifts that no input caused. */
function shiftOf(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            if ('value' in entry && typeof entry.value === 'number' && !('hadRecentInput' in entry && entry.hadRecentInput))
              sum += entry.value
          }
        }).observe({ type: 'layout-shift', buffered: true })
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)))
      }),
  )
}

describe.each(seats)('$locale at $width px, $colorScheme', (seat) => {
  it('finds nothing on the screens before the door', async () => {
    const { page } = await person(seat)
    for (const path of signedOut) await look(page, path, seat)
  })

  it('finds nothing on the screens behind it', async () => {
    const visitor = await person(seat)
    const { userId } = await becomeAdministrator(visitor, seat.locale)
    for (const path of [
      '/',
      '/settings',
      '/security',
      '/new-password',
      '/new-password?why=expired',
      '/protect',
      '/sign-in?refresh=true',
      '/people',
      '/people/erased',
      '/people?search=zzzz-nobody',
      `/people/${userId}`,
    ])
      await look(visitor.page, path, seat)
  })
})

it('loads the sign-in page with at most 250 kB of compressed script', async () => {
  const { page } = await person()
  const client = await page.context().newCDPSession(page)
  await client.send('Network.enable')
  const scripts = new Map<string, number>()
  client.on('Network.responseReceived', ({ requestId, type }) => type === 'Script' && scripts.set(requestId, 0))
  client.on(
    'Network.loadingFinished',
    ({ requestId, encodedDataLength }) => scripts.has(requestId) && scripts.set(requestId, encodedDataLength),
  )
  await page.goto('/sign-in')
  await page.locator('input[name="identifier"]').waitFor()
  await page.waitForLoadState('networkidle')
  const total = [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0)
  expect(total).toBeGreaterThan(10_000)
  expect(total).toBeLessThanOrEqual(250_000)
})
