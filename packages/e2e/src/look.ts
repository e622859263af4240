/** What must be true of any screen, whoever looks at it: axe finds nothing, nothing moves, nothing scrolls sideways. Leaves a picture. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { testStateFolder } from '@app/testing/servers'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Seat } from './browser.ts'

const pictures = join(testStateFolder(), 'pictures')

export async function look(page: Page, path: string, seat: Seat): Promise<void> {
  await page.goto(path)
  await lookAround(page, nameOf(path), seat)
}

/** At the screen in view; `name` is what its picture is called. */
export async function lookAround(page: Page, name: string, seat: Seat): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.waitForLoadState('networkidle')
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join(' ')}`,
  )
  expect(found, `${name} in ${seat.locale}`).toEqual([])
  expect(await shiftOf(page), `layout shift of ${name}`).toBeLessThan(0.02)
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(sideways, `${name} scrolls sideways`).toBeLessThanOrEqual(0)
  expect(await brokenWords(page), `lines of ${name} that end in "e-"`).toEqual([])
  expect(await page.title()).not.toBe('')
  expect(await page.locator('html').getAttribute('lang'), name).toBe(seat.locale)
  await mkdir(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}-${seat.locale}-${seat.width}-${seat.colorScheme}.png`), fullPage: true })
}

function nameOf(path: string): string {
  const letters = path.replace(/[0-9a-f-]{36}/, 'one').replace(/[^a-z]+/g, '-')
  return letters.replace(/^-|-$/g, '') || 'home'
}

/** Texts in which "e-mail" begins on one line and ends on the next. */
function brokenWords(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const broken: string[] = []
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent ?? ''
      for (const { index, 0: word } of text.matchAll(/e-\u2060?mail/gi)) {
        const range = document.createRange()
        range.setStart(node, index)
        range.setEnd(node, index + word.length)
        if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(text)
      }
    }
    return broken
  })
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
