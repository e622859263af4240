import { InvalidRequest } from '@app/contracts/common-problems'

/** Deeper than any contract; what is deeper could exhaust the stack of whoever walks or prints it. */
const maxDepth = 32

interface Place {
  readonly value: unknown
  readonly key: PropertyKey
  readonly parent: Place | null
  readonly depth: number
}

/**
 * Refuses what parses as JSON but breaks something behind us: very deep values, `__proto__` as a key, and text that Postgres
 * cannot store (NUL) or that changes silently on its way there (lone surrogates).
 *
 * @throws {InvalidRequest}
 */
export function refuseHostileJson(value: unknown, takesAnyText = false): void {
  const places: Place[] = [{ value, key: '', parent: null, depth: 0 }]
  for (let place = places.pop(); place; place = places.pop()) {
    if (typeof place.value === 'string') {
      if (!takesAnyText && !isStorable(place.value)) throw refusal(place, 'Text with a NUL or half a surrogate pair')
    } else if (typeof place.value === 'object' && place.value !== null) {
      if (place.depth >= maxDepth) throw refusal(place, `Deeper than ${maxDepth} levels`)
      pushChildren(places, place, place.value, takesAnyText)
    }
  }
}

function pushChildren(places: Place[], parent: Place, value: object, takesAnyText: boolean): void {
  const depth = parent.depth + 1
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) places.push({ value: element, key: index, parent, depth })
    return
  }
  for (const [key, field] of Object.entries(value)) {
    const child = { value: field, key, parent, depth }
    if (key === '__proto__' || (!takesAnyText && !isStorable(key))) throw refusal(child, 'Unknown field')
    places.push(child)
  }
}

/** Postgres stores neither NUL nor half a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

function refusal(place: Place, message: string) {
  const keys: PropertyKey[] = []
  for (let at: Place | null = place; at?.parent; at = at.parent) keys.unshift(at.key)
  return InvalidRequest(undefined, { errors: [{ path: formatPath(keys), message }] })
}

const maxPathLength = 200

/** `checks[2].permit` */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = ''
  for (const part of path.slice(0, maxDepth)) text += typeof part === 'number' ? `[${part}]` : `${text && '.'}${String(part)}`
  return text.slice(0, maxPathLength).toWellFormed()
}
