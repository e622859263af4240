/**
 * Arrays of the common types, by type id. postgres.js would ask every new connection for the list, in a query whose failure
 * nobody can catch: a connection cut at that moment would end the process.
 */

type Convert = (text: string) => unknown

const asText: Convert = (text) => text
const ELEMENTS: ReadonlyMap<number, Convert> = new Map([
  [1000, (text: string) => text === 't'], // bool[]
  [1005, Number], // int2[]
  [1007, Number], // int4[]
  [1021, Number], // float4[]
  [1022, Number], // float8[]
  [1009, asText], // text[]
  [1015, asText], // varchar[]
  [1016, asText], // int8[]: as postgres.js gives bigint
  [1185, asText], // timestamptz[]: as Drizzle wants times
  [2951, asText], // uuid[]
  [3807, (text: string): unknown => JSON.parse(text)], // jsonb[]
])

type Converters = { parsers: Record<number, Convert>; serializers: Record<number, (value: unknown) => unknown> }

export function addArrayTypes({ parsers, serializers }: Converters): void {
  for (const [id, convert] of ELEMENTS) {
    parsers[id] = (text) => parseArray(text, convert)
    serializers[id] = (value) => (Array.isArray(value) ? arrayLiteral(value) : value)
  }
}

/** PostgreSQL documentation, 8.15: every element quoted, backslash and quote escaped. */
export function arrayLiteral(values: readonly unknown[]): string {
  return `{${values.map(elementLiteral).join(',')}}`
}

function elementLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (Array.isArray(value)) return arrayLiteral(value)
  const text = value instanceof Date ? value.toISOString() : typeof value === 'object' ? JSON.stringify(value) : String(value)
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

const ELEMENT = /"((?:[^"\\]|\\.)*)"|([^{},"]+)/gs

/** One dimension: `{a,"b c",NULL}`. */
export function parseArray(text: string, convert: Convert): unknown[] {
  return [...text.matchAll(ELEMENT)].map(([, quoted, plain]) => {
    if (quoted !== undefined) return convert(quoted.replaceAll(/\\(.)/gs, '$1'))
    return plain === undefined || plain === 'NULL' ? null : convert(plain)
  })
}
