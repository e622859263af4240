/** A screen as it stands in the middle of a story: axe finds nothing, nothing scrolls sideways, and a picture is kept with the test output. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { testStateFolder } from '@app/testing/servers'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** At the width of the window, or first at another one. */
export async function takePicture(page: Page, name: string, width?: number): Promise<void> {
  const before = page.viewportSize()
  if (width !== undefined && before) await page.setViewportSize({ ...before, width })
  await page.waitForLoadState('networkidle')
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`),
    name,
  ).toEqual([])
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    `${name} scrolls sideways`,
  ).toBeLessThanOrEqual(0)
  const folder = join(testStateFolder(), 'pictures', 'stories')
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}-${page.viewportSize()?.width ?? 0}.png`), fullPage: true })
  if (width !== undefined && before) await page.setViewportSize(before)
}
