/** Kratos says in general words what went wrong with an account elsewhere; people need to know that it was that, and what they can do. */
import type { MessageKey } from '../language/catalogue.ts'
import type { Flow, FlowKind, Message } from './flow.ts'

const general = 4000001
const taken = 4000007
const linking = 1010016

interface Shown {
  readonly kind: FlowKind
  readonly flow: Flow
  /** How many submissions of this page were answered. */
  readonly answers: number
}

/** Better words for a message about an account elsewhere; null where it is about something else, or Kratos' id has its own words. */
export function providerWords({ kind, flow, answers }: Shown, { id }: Pick<Message, 'id'>): MessageKey | null {
  if (kind === 'settings') {
    // Settings do not say what was tried. Whoever arrives with a complaint at the flow was sent back by a provider.
    if (id === general) return answers === 0 ? 'provider.notLinked' : null
    return id === taken ? 'provider.taken' : null
  }
  return id === general && flow.active === 'oidc' ? 'provider.notSignedIn' : null
}

/** Somebody has the provider's address here already, and proves that it is them. */
export function isLinking(flow: Flow | null): boolean {
  return flow?.ui.messages.some(({ id }) => id === linking) ?? false
}
