/** The box to tick beside Kratos' own fields: it belongs to the guard, which keeps what was ticked. */
import type { TermsView } from '@app/contracts/terms'
import type { Flow, InputNode } from '../../kratos/flow.ts'
import type { Language } from '../../language/catalogue.ts'

/** What the guard says when it is missing, above the form for whoever has no such box. */
export const termsRefused = 9000013

/** None while no terms are in force. */
export function termsNodes(flow: Flow, { textAt }: TermsView, language: Language): InputNode[] {
  if (!textAt) return []
  return [
    {
      type: 'input',
      group: 'default',
      attributes: { node_type: 'input', name: 'terms_accepted', type: 'checkbox', required: true, label: null },
      messages: flow.ui.messages.filter(({ id }) => id === termsRefused),
      meta: { label: { id: 0, text: '', type: 'info', context: { textAt: textAt[language] } } },
    },
  ]
}

/** What is sent names the version that the person could read. */
export function withTerms(body: Record<string, unknown>, { version }: TermsView): Record<string, unknown> {
  const { terms_accepted: isTicked, ...rest } = body
  return version !== null && isTicked === true ? { ...rest, terms_accepted: version } : rest
}
