import type { Flow, Message, Node } from './flow.ts'

/** What a text node tells in confidence: an authenticator's key, or recovery codes one by one. */
export function secretsOf(text: Message): string[] {
  const list = text.context?.['secrets']
  if (!Array.isArray(list)) return [String(text.context?.['secret'] ?? text.text)]
  return list.map((item: unknown) => (typeof item === 'object' && item !== null && 'text' in item ? String(item.text) : String(item)))
}

/** The secrets of a group, or none when the flow does not show any. */
export function secretsIn(nodes: readonly Node[]): string[] {
  return nodes.flatMap(({ attributes }) => (attributes.node_type === 'text' ? secretsOf(attributes.text) : []))
}

export function pictureIn(nodes: readonly Node[]): string | null {
  const found = nodes.find(({ attributes }) => attributes.node_type === 'img')
  const src = found?.attributes.node_type === 'img' ? found.attributes.src : ''
  return /^data:image\/png;base64,/.test(src) ? src : null // nothing is fetched
}

export function nodesIn(flow: Flow, group: string): Node[] {
  return flow.ui.nodes.filter((node) => node.group === group)
}
