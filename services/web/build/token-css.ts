import type { Plugin } from 'vite'
import { tokensAsCss } from '../src/appearance/palette.ts'

/** Fills `src/tokens.css` from the palette, so that the page has its colours before any script runs and no theme flashes. */
export function tokenCss(): Plugin {
  return {
    name: 'token-css',
    enforce: 'pre',
    transform: (_code, id) => (id.endsWith('/src/tokens.css') ? { code: tokensAsCss(), map: null } : undefined),
  }
}
