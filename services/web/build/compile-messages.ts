import { parse } from '@formatjs/icu-messageformat-parser'
import type { Plugin } from 'vite'
import { z } from 'zod'

const catalogue = /\/messages\/(en|nl)\.json$/

/** Parses ICU messages while building, so that the browser needs no parser; plain texts stay text. */
export function compileMessages(): Plugin {
  return {
    name: 'compile-messages',
    apply: 'build',
    enforce: 'pre',
    config: () => ({ resolve: { alias: { '@formatjs/icu-messageformat-parser': '@formatjs/icu-messageformat-parser/no-parser.js' } } }),
    transform(code, id) {
      if (!catalogue.test(id)) return undefined
      const texts = z.record(z.string(), z.string()).parse(JSON.parse(code))
      const compiled = Object.entries(texts).map(([key, text]) => [key, /[{']/.test(text) ? parse(text, { ignoreTag: true }) : text])
      return { code: JSON.stringify(Object.fromEntries(compiled)), map: null }
    },
  }
}
