import { describe, expect, it } from 'vitest'
import { dark, light, type Palette, tokensAsCss } from './palette.ts'

function luminance(hex: string): number {
  const channel = (start: number) => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05)
}

const readable: [keyof Palette, keyof Palette][] = [
  ...(['page', 'surface', 'sunken', 'hover', 'accentSoft', 'goodSoft', 'warnSoft', 'badSoft'] as const).map(
    (ground): [keyof Palette, keyof Palette] => ['text', ground],
  ),
  ...(['page', 'surface', 'sunken', 'hover'] as const).map((ground): [keyof Palette, keyof Palette] => ['muted', ground]),
  ...(['page', 'surface', 'accentSoft', 'warnSoft'] as const).map((ground): [keyof Palette, keyof Palette] => ['accentText', ground]),
  ['onAccent', 'accent'],
  ['onAccent', 'accentHover'],
  ['good', 'goodSoft'],
  ['warn', 'warnSoft'],
  ['bad', 'badSoft'],
  ['bad', 'surface'],
]

describe.each([
  ['light', light],
  ['dark', dark],
] as const)('the %s palette', (_name, palette: Palette) => {
  it.each(readable)('shows %s on %s with at least 4.5 to 1', (text, ground) => {
    expect(contrast(palette[text], palette[ground])).toBeGreaterThanOrEqual(4.5)
  })

  it('shows where a field ends with at least 3 to 1', () => {
    expect(contrast(palette.lineStrong, palette.surface)).toBeGreaterThanOrEqual(3)
  })
})

it('gives every colour to the page in both themes', () => {
  const css = tokensAsCss()
  expect(css.match(/--v-accent-soft:/g)).toHaveLength(4)
  expect(css).toContain('@media (prefers-color-scheme:dark)')
})
