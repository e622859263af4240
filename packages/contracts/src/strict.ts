import { z } from 'zod'

/**
 * Where a schema would drop or let through fields that it does not name: the path of the first such object, or null.
 * What callers send must be refused, not ignored, when we do not understand it.
 */
export function findLooseObject(schema: z.core.$ZodType, path = ''): string | null {
  if (schema instanceof z.ZodObject) {
    if (!(schema.def.catchall instanceof z.ZodNever)) return path || 'the top level'
    return first(
      Object.entries(schema.shape).map(
        ([name, field]) =>
          () =>
            findLooseObject(field, path ? `${path}.${name}` : name),
      ),
    )
  }
  if (schema instanceof z.ZodArray) return findLooseObject(schema.element, `${path}[]`)
  if (schema instanceof z.ZodRecord) return findLooseObject(schema.valueType, `${path}{}`)
  if (schema instanceof z.ZodUnion) return first(schema.options.map((option) => () => findLooseObject(option, path)))
  if (schema instanceof z.ZodPipe) return findLooseObject(schema.in, path)
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    return findLooseObject(schema.def.innerType, path)
  }
  return null
}

function first(looks: readonly (() => string | null)[]): string | null {
  for (const look of looks) {
    const found = look()
    if (found !== null) return found
  }
  return null
}
