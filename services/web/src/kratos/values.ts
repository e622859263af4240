/** From a form's fields to the JSON that Kratos expects. */
import type { InputNode, Node } from './flow.ts'
import { isField } from './flow.ts'

type Json = { [name: string]: unknown }

/**
 * What goes to Kratos: `traits.name` becomes `{ traits: { name } }`. A field that may be empty and is, is left out, because an empty
 * string is not a valid phone number.
 */
export function submissionOf(nodes: Node[], data: FormData): Json {
  const body: Json = {}
  for (const [name, raw] of data.entries()) {
    if (typeof raw !== 'string') continue
    const node = inputNamed(nodes, name)
    if (raw === '' && node && isField(node) && !node.attributes.required) continue
    put(body, name.split('.'), jsonValue(node, raw))
  }
  // A form leaves out a box that is not ticked, and Kratos would take that for "not asked".
  for (const node of nodes) {
    if (isField(node) && node.attributes.type === 'checkbox' && !data.has(node.attributes.name))
      put(body, node.attributes.name.split('.'), false)
  }
  return body
}

function inputNamed(nodes: Node[], name: string): InputNode | undefined {
  return nodes.find((node): node is InputNode => node.attributes.node_type === 'input' && node.attributes.name === name)
}

function jsonValue(node: InputNode | undefined, raw: string): unknown {
  if (node?.attributes.type === 'checkbox') return true
  if (node?.attributes.type === 'number') return raw === '' ? null : Number(raw)
  if (node?.attributes.type === 'hidden' && typeof node.attributes.value === 'boolean') return raw === 'true'
  return raw
}

function put(target: Json, path: string[], value: unknown): void {
  const [head, ...rest] = path
  // Names come from the server, but an object's prototype is nobody's field.
  if (head === undefined || head === '__proto__' || head === 'constructor' || head === 'prototype') return
  if (rest.length === 0) {
    target[head] = value
    return
  }
  const inner = target[head]
  const next: Json = isJson(inner) ? inner : {}
  target[head] = next
  put(next, rest, value)
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
