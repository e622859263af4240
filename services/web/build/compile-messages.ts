import { parse } from '@formatjs/icu-messageformat-parser'
import type { Plugin } from 'vite'
import { z } from 'zod'

const catalogue = /\/messages\/(en|nl)\.json$/

/** "E-mail" is one word: a word joiner (U+2060) keeps it on one line, and unlike another hyphen is found, read and copied as before. */
const inOnePiece = (text: string) => text.replace(/\be-(?=mail)/gi, '$&\u2060')

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
      const compiled = Object.entries(texts).map(([key, text]) => {
        const shown = inOnePiece(text)
        return [key, /[{']/.test(shown) ? parse(shown, { ignoreTag: true }) : shown]
      })
      return { code: JSON.stringify(Object.fromEntries(compiled)), map: null }
    },
  }
}
