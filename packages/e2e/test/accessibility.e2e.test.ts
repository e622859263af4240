/** Every screen, both languages, light and dark, phone and desktop: axe finds nothing, nothing moves, nothing is too heavy. */
import { describe, expect, it } from 'vitest'
import { becomeAdministrator } from '../src/administrator.ts'
import type { Seat } from '../src/browser.ts'
import { look } from '../src/look.ts'
import { withBrowser } from '../src/with-browser.ts'

const { person } = withBrowser()
const signedOut = ['/sign-in', '/register', '/recover', '/verify', '/setup#not-a-token', '/error', '/no-such-page'] as const
const seats: Seat[] = (['en', 'nl'] as const).flatMap((locale) => [
  { locale, width: 1280, colorScheme: 'light' },
  { locale, width: 390, colorScheme: 'dark' },
])

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
