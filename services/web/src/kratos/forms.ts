/** How the nodes of a flow are laid out: which belong to one form, in which order, and which a person never sees. */
import type { Language } from '../language/catalogue.ts'
import type { Flow, FlowKind, InputNode, Message, Node } from './flow.ts'
import { addressOrNumber, isButton, isField, isHidden } from './flow.ts'

/** Groups that we know come in this order; what is switched on later follows in Kratos' own order. */
const groupOrder = [
  'default',
  'profile',
  'identifier_first',
  'password',
  'code',
  'link',
  'passkey',
  'webauthn',
  'totp',
  'lookup_secret',
  'oidc',
]

export interface FormPlan {
  /** The method, or `default` when one form holds several. */
  readonly group: string
  readonly groups: readonly { readonly group: string; readonly nodes: Node[] }[]
  /** Also those that are sent along unseen: the CSRF token, an identifier that is already known. */
  readonly nodes: Node[]
}

/** All ways on one form: a person fills in one of them. */
export function wholePlan(nodes: Node[]): FormPlan {
  return { group: 'default', groups: groupsOf(nodes), nodes }
}

/** One form per method, each with what they share. */
export function separatePlans(nodes: Node[]): FormPlan[] {
  const shared = nodes.filter((node) => node.group === 'default')
  return groupsOf(nodes)
    .filter(({ group }) => group !== 'default')
    .map(({ group, nodes: own }) => ({ group, groups: [{ group, nodes: own }], nodes: [...shared, ...own] }))
}

function groupsOf(nodes: Node[]): { group: string; nodes: Node[] }[] {
  const names = [...new Set(nodes.map((node) => node.group))].sort((a, b) => rank(a) - rank(b))
  return names.map((group) => ({ group, nodes: sorted(nodes.filter((node) => node.group === group)) }))
}

function rank(group: string): number {
  const index = groupOrder.indexOf(group)
  return index === -1 ? groupOrder.length : index
}

/** Kratos puts them before the main button once something went wrong. */
const sideButtons = new Set(['resend', 'email', 'screen', 'previous'])

/** True for buttons that start over or send something again: only a line of text. */
export function isSideButton(node: Node): boolean {
  return isButton(node) && sideButtons.has(node.attributes.name)
}

/** Secrets after what they belong to, buttons last; otherwise as Kratos sent them. */
function sorted(nodes: Node[]): Node[] {
  const weight = (node: Node) =>
    isSideButton(node) ? 3 : isButton(node) ? 2 : node.attributes.node_type === 'input' && node.attributes.type === 'password' ? 1 : 0
  return nodes
    .map((node, index) => ({ node, index }))
    .sort((a, b) => weight(a.node) - weight(b.node) || a.index - b.index)
    .map(({ node }) => node)
}

/**
 * Our rules on top of Kratos' nodes: the language of a new account is the one on the screen, a phone number is added later and by a
 * code, and an e-mail address is not changed in the profile form.
 */
export function prepared(kind: FlowKind, flow: Flow, language: Language): Node[] {
  return flow.ui.nodes.flatMap((node) => {
    if (node.attributes.node_type !== 'input') return [node]
    const { name } = node.attributes
    if (kind === 'registration' && name === 'traits.phone') return []
    if (kind === 'registration' && name === 'traits.locale') return [withAttributes(node, { type: 'hidden', value: language })]
    if (kind === 'settings' && (name === 'traits.email' || name === 'traits.phone'))
      return node.attributes.value ? [withAttributes(node, { type: 'hidden' })] : []
    if (name === 'identifier' && isField(node)) return [identifierField(node, flow)]
    return [node]
  })
}

/** Only a code goes with a number, also where Kratos' label speaks of both. */
function identifierField(node: InputNode, { ui }: Flow): Node {
  const byCode = ui.nodes.some((other) => isButton(other) && other.attributes.name === 'method' && other.attributes.value === 'code')
  const label = byCode && node.meta?.label?.id === addressOrNumber ? node.meta.label : undefined
  return withAttributes(node, { autocomplete: node.attributes.autocomplete ?? 'username', ...(label ? { label } : {}) })
}

function withAttributes(node: Node, change: Partial<InputNode['attributes']>): Node {
  return node.attributes.node_type === 'input' ? { ...node, attributes: { ...node.attributes, ...change } } : node
}

/** What is sent for a pressed button: other methods' secrets stay behind, and a provider says itself who somebody is. */
export function sentNodes(nodes: Node[], pressed: InputNode | null): Node[] {
  const own = pressed?.group
  if (own === 'oidc') return nodes.filter((node) => !isField(node) && (node.group === 'oidc' ? !isTrait(node) : isToken(node)))
  return nodes.filter((node) => own === undefined || node.group === 'default' || node.group === own || !isSecret(node))
}

/** Other buttons say all there is to say: a resend, a provider, a passkey that is already there. */
const needFields = new Set(['method', 'passkey_register_trigger'])

/** What has to be right before a button may send: the shared fields and those of its own method. */
export function checkedFields(nodes: Node[], pressed: InputNode | null): InputNode[] {
  if (pressed && !needFields.has(pressed.attributes.name)) return []
  return nodes.filter(isField).filter((node) => pressed === null || node.group === pressed.group || node.group === 'default')
}

function isToken(node: Node): boolean {
  return node.attributes.node_type === 'input' && node.attributes.name === 'csrf_token'
}

function isTrait(node: Node): boolean {
  return node.attributes.node_type === 'input' && node.attributes.name.startsWith('traits.')
}

/**
 * What somebody is told whom a provider sent to register, and who cannot: Kratos shows their traits then, with no way to send them but
 * through the provider, which says itself who somebody is. Null for any other form.
 */
export function providerRefusal(flow: Flow): Message[] | null {
  const { nodes } = flow.ui
  const isRefusal =
    nodes.some(isTrait) &&
    nodes.some((node) => isButton(node) && node.group === 'oidc') &&
    !nodes.some((node) => isButton(node) && node.group !== 'oidc')
  return isRefusal ? nodes.filter(isTrait).flatMap(({ messages }) => messages) : null
}

function isSecret(node: Node): boolean {
  return isField(node) && node.attributes.type === 'password'
}

export function hiddenNodes(nodes: Node[]): InputNode[] {
  return nodes.filter(isHidden)
}
