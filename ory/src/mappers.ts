import { readFileSync } from 'node:fs'
import type { ProviderInput } from './provider-input.ts'

const read = (name: string) => readFileSync(new URL(`../kratos/mappers/${name}`, import.meta.url), 'utf8')

/** Everything that makes a person of a provider's claims. Kratos lets mappers import nothing, so what they share stands above each. */
export function mapperSource({ kind, mapper, trustsEmail }: Pick<ProviderInput, 'kind' | 'mapper' | 'trustsEmail'>): string {
  return `local trustsEmail = ${trustsEmail};\n${read('person.libsonnet')}\n${mapper ?? read(`${kind}.jsonnet`)}`
}
