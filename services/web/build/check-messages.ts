import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { catalogueFaults } from '../src/language/catalogue-faults.ts'

/** Stops the build when a language lacks a key, has one too many, or asks for other values than English does. */
export function checkMessages(): Plugin {
  return {
    name: 'check-messages',
    apply: 'build',
    async buildStart() {
      const [en, nl] = await Promise.all([readCatalogue('en'), readCatalogue('nl')])
      const faults = catalogueFaults(en, nl)
      if (faults.length > 0) this.error(`messages/nl.json does not match messages/en.json:\n${faults.join('\n')}`)
    },
  }
}

async function readCatalogue(language: string): Promise<unknown> {
  const path = fileURLToPath(new URL(`../messages/${language}.json`, import.meta.url))
  return JSON.parse(await readFile(path, 'utf8'))
}
