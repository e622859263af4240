import type { Plugin } from 'vite'
import { tokensAsCss } from '../src/appearance/palette.ts'

const id = 'virtual:tokens.css'

/** Makes `src/appearance/palette.ts` available as CSS variables before any script runs, so no theme flashes. */
export function tokenCss(): Plugin {
  return {
    name: 'token-css',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load: (resolved) => (resolved === `\0${id}` ? tokensAsCss() : undefined),
  }
}
