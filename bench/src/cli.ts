/** `npm run bench -- NAME`: programs that measure what we claim. */
import { readdirSync } from 'node:fs'

const folder = new URL('./', import.meta.url)
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'cli.ts')
  .map((file) => file.replace(/\.ts$/, ''))
const [name = '', ...args] = process.argv.slice(2)

if (names.includes(name)) {
  // A program reads its own arguments, as if it had been started alone.
  process.argv.splice(1, process.argv.length - 1, new URL(`${name}.ts`, folder).pathname, ...args)
  await import(new URL(`${name}.ts`, folder).href)
} else {
  process.stderr.write(`Usage: npm run bench -- NAME\nThere are: ${names.join(', ')}\n`)
  process.exitCode = 2
}
