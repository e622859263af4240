/** A real Chromium, and people who sit in front of it: each with a context, a language and a window of their own. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

export type Seat = {
  locale: 'en' | 'nl'
  /** Window size in CSS pixels: UI work is looked at in 1280 and 390. */
  width: 1280 | 390
  colorScheme: 'light' | 'dark'
}

export type Person = {
  page: Page
  context: BrowserContext
  /** What a person must never cause: requests to other origins, content-security-policy violations, script errors. */
  complaints: string[]
  leave(): Promise<void>
}

/** `VESTIBULE_TEST_CHROMIUM` names another browser than the system's. */
export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** @param elsewhere origins that a person may be sent to and come back from. */
export async function sitDown(browser: Browser, origin: string, seat: Seat, elsewhere: readonly string[] = []): Promise<Person> {
  const context = await browser.newContext({
    baseURL: origin,
    locale: seat.locale === 'nl' ? 'nl-NL' : 'en-GB',
    viewport: { width: seat.width, height: seat.width === 390 ? 844 : 800 },
    colorScheme: seat.colorScheme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.protocol.startsWith('http') && ![origin, ...elsewhere].includes(url.origin))
      complaints.push(`left the origin: ${url.origin}${url.pathname}`)
  })
  page.on('pageerror', (error) => complaints.push(`script error: ${error.message}`))
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text())
  })
  return { page, context, complaints, leave: () => context.close() }
}
