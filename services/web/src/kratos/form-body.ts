import { type InputNode, isField, type Node } from './flow.ts'
import { sentNodes } from './forms.ts'
import { submissionOf } from './values.ts'

/** Tells buttons of one form apart: several are called `method`, or have one value. */
export function buttonKey(node: InputNode): string {
  return `${node.group}:${node.attributes.name}:${String(node.attributes.value ?? '')}`
}

/** What a form sends when `button` is pressed; null when a script sends it. */
export function bodyOf(form: HTMLFormElement, nodes: Node[], button: InputNode | null): Record<string, unknown> {
  const data = new FormData(form)
  const sent = sentNodes(nodes, button)
  const names = new Set(sent.flatMap((node) => (node.attributes.node_type === 'input' ? [node.attributes.name] : [])))
  for (const name of [...data.keys()]) if (!names.has(name)) data.delete(name)
  // A resend, and a passkey, say all there is to say: fields that were left empty are not asked for.
  if (button?.attributes.name !== 'method') {
    for (const field of sent.filter(isField)) if (data.get(field.attributes.name) === '') data.delete(field.attributes.name)
  }
  if (button?.attributes.type === 'submit') data.set(button.attributes.name, String(button.attributes.value ?? ''))
  // Said where the button does not, so that nobody has to guess which method is tried.
  const named = button === null || button.group === 'default' || data.has('method') ? {} : { method: button.group }
  return { ...submissionOf(sent, data), ...named }
}
