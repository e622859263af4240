import type { Flow, InputNode } from './flow.ts'

/** Kratos leaves its own button out after a wrong code. */
export function canResend(flow: Flow | null): boolean {
  return (
    flow?.ui.nodes.some(
      ({ attributes }) => attributes.node_type === 'input' && attributes.type === 'submit' && attributes.name !== 'method',
    ) ?? false
  )
}

/** "Continue" says what it does: first it sends a code, then it checks one. */
export function codeVerb(flow: Flow | null) {
  return (node: InputNode) => {
    if (node.attributes.name !== 'method') return undefined
    return flow?.state === 'sent_email' ? ('code.confirm' as const) : ('code.send' as const)
  }
}
