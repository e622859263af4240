type Tree = Record<string, unknown>

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Objects are merged key by key; anything else, lists included, is replaced by `over`. */
export function merge(under: Tree, over: Tree): Tree {
  const result: Tree = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const current = result[key]
    result[key] = isTree(current) && isTree(value) ? merge(current, value) : value
  }
  return result
}
