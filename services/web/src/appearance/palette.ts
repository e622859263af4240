/**
 * The colours of both themes, once. `theme.ts` hands them to antd, the build writes them as CSS variables (`--v-text`), so that
 * the page has its colours before any script runs. No import here: the build reads this file too.
 */
export const light = {
  page: '#f6f8fb',
  surface: '#ffffff',
  sunken: '#f0f3f8',
  hover: '#eef2f8',
  line: '#dfe5ee',
  lineStrong: '#8490a3',
  text: '#121926',
  muted: '#535f73',
  accent: '#0958d9',
  accentHover: '#0a4cb8',
  accentText: '#0958d9',
  accentSoft: '#e9f1ff',
  onAccent: '#ffffff',
  good: '#14713f',
  goodSoft: '#e7f6ed',
  warn: '#7d5000',
  warnSoft: '#fff5dd',
  bad: '#b4232a',
  badSoft: '#fdeeee',
  shadow: '0 1px 2px rgb(18 25 38 / 5%), 0 8px 24px rgb(18 25 38 / 5%)',
} as const

export type Palette = { readonly [Name in keyof typeof light]: string }

export const dark: Palette = {
  page: '#0d121a',
  surface: '#151c27',
  sunken: '#1b2431',
  hover: '#1f2938',
  line: '#2a3546',
  lineStrong: '#6d7b92',
  text: '#e7ecf4',
  muted: '#a0acbf',
  accent: '#2b6be4',
  accentHover: '#1f5fd8',
  accentText: '#82b1ff',
  accentSoft: '#182a4a',
  onAccent: '#ffffff',
  good: '#6fd39b',
  goodSoft: '#12301f',
  warn: '#f0c060',
  warnSoft: '#33270c',
  bad: '#ff8f8f',
  badSoft: '#3a1a1d',
  shadow: '0 1px 2px rgb(0 0 0 / 30%), 0 8px 24px rgb(0 0 0 / 25%)',
}

const cssName = (name: string) => `--v-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

function block(selector: string, scheme: 'light' | 'dark', palette: Palette): string {
  const lines = Object.entries(palette).map(([name, value]) => `${cssName(name)}:${value}`)
  return `${selector}{color-scheme:${scheme};${lines.join(';')}}`
}

/** The system's wish decides until `public/appearance.js` has put the person's choice on `<html data-theme>`. */
export function tokensAsCss(): string {
  return [
    block(':root', 'light', light),
    `@media (prefers-color-scheme:dark){${block(':root', 'dark', dark)}}`,
    block(":root[data-theme='light']", 'light', light),
    block(":root[data-theme='dark']", 'dark', dark),
  ].join('\n')
}
