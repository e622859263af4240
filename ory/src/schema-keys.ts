import { z } from 'zod'

/** The part of JSON Schema that Ory's configuration schemas use. */
interface Schema {
  $ref?: string | undefined
  properties?: Record<string, boolean | Schema> | undefined
  patternProperties?: Record<string, Schema> | undefined
  additionalProperties?: boolean | Schema | undefined
  items?: Schema | Schema[] | undefined
  allOf?: Schema[] | undefined
  anyOf?: Schema[] | undefined
  oneOf?: Schema[] | undefined
  if?: Schema | undefined
  then?: Schema | undefined
  else?: Schema | undefined
}

const Schema: z.ZodType<Schema> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    // Ory's schemas have `additionalProperties: false` among the properties by mistake; a boolean is no key.
    properties: z.record(z.string(), z.union([z.boolean(), Schema])).optional(),
    patternProperties: z.record(z.string(), Schema).optional(),
    additionalProperties: z.union([z.boolean(), Schema]).optional(),
    items: z.union([Schema, z.array(Schema)]).optional(),
    allOf: z.array(Schema).optional(),
    anyOf: z.array(Schema).optional(),
    oneOf: z.array(Schema).optional(),
    if: Schema.optional(),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: Schema.optional(),
    else: Schema.optional(),
  }),
)

/**
 * Every key that a configuration schema knows: `a.b` below an object, `a[]` below a list, `a.*` where any name goes.
 *
 * @param others schemas behind references that do not start with `#`; those without one are left out.
 */
export function schemaKeys(source: unknown, others: Record<string, unknown> = {}): Set<string> {
  const found = new Set<string>()
  walk(Schema.parse(source), { root: source, others, found, path: '', seen: [] })
  return found
}

interface Walk {
  root: unknown
  others: Record<string, unknown>
  found: Set<string>
  path: string
  seen: string[]
}

function walk(schema: Schema, at: Walk): void {
  if (schema.$ref !== undefined) {
    follow(schema.$ref, at)
    return
  }
  for (const part of [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) walk(part, at)
  for (const part of [schema.if, schema.then, schema.else]) if (part) walk(part, at)
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    if (typeof value === 'boolean') continue
    const path = at.path === '' ? key : `${at.path}.${key}`
    at.found.add(path)
    walk(value, { ...at, path })
  }
  const anyName = [...Object.values(schema.patternProperties ?? {}), schema.additionalProperties].filter(
    (value) => typeof value === 'object',
  )
  for (const value of anyName) {
    at.found.add(`${at.path}.*`)
    walk(value, { ...at, path: `${at.path}.*` })
  }
  for (const item of [schema.items ?? []].flat()) walk(item, { ...at, path: `${at.path}[]` })
}

function follow(reference: string, at: Walk): void {
  if (at.seen.includes(reference)) return
  const seen = [...at.seen, reference]
  if (!reference.startsWith('#')) {
    const other = at.others[reference]
    if (other !== undefined) walk(Schema.parse(other), { ...at, root: other, seen })
    return
  }
  let target: unknown = at.root
  for (const part of reference.split('/').slice(1)) target = z.record(z.string(), z.unknown()).parse(target)[part]
  walk(Schema.parse(target), { ...at, seen })
}
