/** Buttons that ask the browser for a passkey: which hidden node holds the question, and which gets the answer. */
import type { InputNode, Node } from './flow.ts'
import { makePasskey, type PasskeyAnswer, provePasskey } from './passkey.ts'

interface Ceremony {
  readonly result: string
  readonly ask: (typedIn: (field: string) => string) => Promise<PasskeyAnswer>
}

const results: Record<string, readonly string[]> = {
  passkey_login_trigger: ['passkey_login'],
  passkey_register_trigger: ['passkey_register', 'passkey_settings_register'],
}

/** Null for a button that sends the form. */
export function ceremonyOf(nodes: readonly Node[], trigger: InputNode): Ceremony | null {
  const { name } = trigger.attributes
  const result = results[name]?.find((field) => inputNamed(nodes, field))
  if (result === undefined) return null
  if (name === 'passkey_login_trigger') return { result, ask: () => provePasskey(valueIn(nodes, 'passkey_challenge')) }
  return { result, ask: (typedIn) => makePasskey(valueIn(nodes, 'passkey_create_data'), typedIn) }
}

export function inputNamed(nodes: readonly Node[], name: string): InputNode | undefined {
  return nodes.find((node): node is InputNode => isNamed(node, name))
}

export function isNamed(node: Node, name: string): node is InputNode {
  return node.attributes.node_type === 'input' && node.attributes.name === name
}

export function valueIn(nodes: readonly Node[], name: string): string {
  return String(inputNamed(nodes, name)?.attributes.value ?? '')
}
