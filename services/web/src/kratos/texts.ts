/** Kratos' messages in our words, by id; an id that we do not know keeps Kratos' own text. */
import { format, hasMessage, type Language, type MessageValues } from '../language/catalogue.ts'
import { addressOrNumber, type Message, type Node } from './flow.ts'

/** What a message's context may fill in: plain values only, lists joined. Dates arrive as text and stay so. */
function valuesOf(message: Message): MessageValues {
  const values: MessageValues = {}
  for (const [name, value] of Object.entries(message.context ?? {})) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') values[name] = value
    else if (Array.isArray(value)) values[name] = value.filter((item) => typeof item === 'string').join(', ')
  }
  return values
}

export function messageText(language: Language, message: Message): string {
  const key = `kratos.${message.id}`
  if (!hasMessage(key)) return message.text
  try {
    return format(language, key, valuesOf(message))
  } catch {
    return message.text // The release in use sends another context than our text needs.
  }
}

/** The label of a field or button: by the field's name where we have better words, else by the label's id. */
export function labelText(language: Language, node: Node): string {
  const { attributes } = node
  if (attributes.node_type === 'input') {
    const named = `field.${attributes.name}`
    if (attributes.label?.id !== addressOrNumber && attributes.type !== 'submit' && attributes.type !== 'button' && hasMessage(named))
      return format(language, named)
    const label = attributes.label ?? node.meta?.label
    return label ? messageText(language, label) : attributes.name
  }
  const label = node.meta?.label ?? (attributes.node_type === 'a' ? attributes.title : null)
  return label ? messageText(language, label) : ''
}
