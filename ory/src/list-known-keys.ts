/**
 * Compares the configuration schemas of two releases and prints `known-keys.json`. Run when a release is added or dropped:
 *
 *     node src/list-known-keys.ts kratos-v1.3.1.json kratos-v26.2.0.json keto-v0.14.0.json keto-v26.2.0.json logging.json > known-keys.json
 *
 * The schemas are `embedx/config.schema.json` in Ory's repositories; `logging.json` is `logrusx/config.schema.json` of `ory/x`.
 */
import { readFile } from 'node:fs/promises'
import { schemaKeys } from './schema-keys.ts'

const files = process.argv.slice(2)
const [kratosOld, kratosNew, ketoOld, ketoNew, logging] = await Promise.all(
  files.map(async (file): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'))),
)
const others = { 'ory://logging-config': logging }

const known = {
  kratos: compare(schemaKeys(kratosOld, others), schemaKeys(kratosNew, others), ['v1.3.1', 'v26.2.0']),
  keto: compare(schemaKeys(ketoOld, others), schemaKeys(ketoNew, others), ['v0.14.0', 'v26.2.0']),
}
process.stdout.write(`${JSON.stringify(known, null, 1)}\n`)

function compare(older: Set<string>, newer: Set<string>, [olderName, newerName]: [string, string]) {
  return {
    both: [...older].filter((key) => newer.has(key)).sort(),
    only: {
      [olderName]: [...older].filter((key) => !newer.has(key)).sort(),
      [newerName]: [...newer].filter((key) => !older.has(key)).sort(),
    },
  }
}
