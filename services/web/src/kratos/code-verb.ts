import type { Flow, InputNode } from './flow.ts'

/** "Continue" says what it does: first it sends a code, then it checks one. */
export function codeVerb(flow: Flow | null) {
  return (node: InputNode) => {
    if (node.attributes.name !== 'method') return undefined
    return flow?.state === 'sent_email' ? ('code.confirm' as const) : ('code.send' as const)
  }
}
