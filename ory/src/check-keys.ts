import known from '../known-keys.json' with { type: 'json' }

type Product = keyof typeof known

/**
 * Keys of a configuration that are not on the committed list of what both releases know.
 *
 * @param alsoAllowed keys that the chosen release alone has and that a named switch has set.
 */
export function unknownKeys(product: Product, config: unknown, alsoAllowed: string[] = []): string[] {
  const both = new Set([...known[product].both, ...alsoAllowed])
  return keysOf(config, '', both)
    .filter((key) => !both.has(key))
    .map((key) => `${product}: the key ${key} ${whoKnows(product, key)}`)
}

function whoKnows(product: Product, key: string): string {
  const only = Object.entries(known[product].only).find(([, keys]) => keys.some((name) => name === key))
  return only ? `is known to ${only[0]} alone: use a named switch of the input` : 'is not known to both releases'
}

/** Where any name may stand the list has `*`; a key below an unknown one is not listed again. */
function keysOf(value: unknown, path: string, both: Set<string>): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => keysOf(item, `${path}[]`, both)))]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const exact = path === '' ? name : `${path}.${name}`
    const key = both.has(exact) || !both.has(`${path}.*`) ? exact : `${path}.*`
    return both.has(key) ? [key, ...keysOf(inner, key, both)] : [key]
  })
}
