/**
 * Writes `model.gen.ts` from `ory/keto/namespaces.ts`: run `node packages/ory/src/generate-model.ts` after a change there.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { parseModel } from './parse-model.ts'
import type { ParsedNamespace, SubjectType } from './parsed-model.ts'

/** The permission model as Keto reads it. */
export const modelSource = new URL('../../../ory/keto/namespaces.ts', import.meta.url)
export const generatedModel = new URL('./model.gen.ts', import.meta.url)

/** @throws {ModelError} the model holds something that we do not understand completely. */
export function generateModel(source: string): string {
  const parsed = [...parseModel(source).values()]
  const permissions = parsed.flatMap(({ name, permits }) => [...permits.keys()].map((permit) => [name, permit] as const))
  return `// Made from ory/keto/namespaces.ts by generate-model.ts: do not edit.
export const model = {
${parsed.map((namespace) => `  ${namespace.name}: {\n${describe(namespace)}  },\n`).join('')}} as const

export const permissions = [
${permissions.map(([name, permit]) => `  { namespace: ${quote(name)}, permit: ${quote(permit)} },\n`).join('')}] as const
`
}

function describe({ relations, permits }: ParsedNamespace): string {
  const lines = [...relations].map(([name, types]) => `      ${quote(name)}: [${types.map(subjectType).join(', ')}],\n`)
  const body = lines.length === 0 ? '{}' : `{\n${lines.join('')}    }`
  return `    relations: ${body},\n    permits: [${[...permits.keys()].map(quote).join(', ')}],\n`
}

function subjectType({ namespace, relation = '' }: SubjectType): string {
  return `{ namespace: ${quote(namespace)}, relation: ${quote(relation)} }`
}

/** Names hold neither quotes nor backslashes: the parser saw to it. */
function quote(text: string): string {
  return `'${text}'`
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(generatedModel, generateModel(readFileSync(modelSource, 'utf8')))
}
