/** What we can tell a person before asking the server. The server decides again; these only save a round trip. */
import type { MessageKey, MessageValues } from '../language/catalogue.ts'
import { addressOrNumber, type InputAttributes } from './flow.ts'

export interface FieldFault {
  readonly key: MessageKey
  readonly values?: MessageValues
}

/** bcrypt reads no further; Kratos refuses more. An accented letter takes two bytes, an emoji four. */
export const passwordMaxBytes = 72

export function faultOf(attributes: InputAttributes, value: string, moment: 'leaving' | 'sending'): FieldFault | null {
  if (value.trim() === '') return moment === 'sending' && attributes.required ? { key: missing(attributes) } : null
  if (attributes.type === 'email' && !/^[^\s@]+@[^\s@]+$/.test(value)) return { key: 'check.email' }
  if (takesNumbers(attributes) && /^0[1-9][\d\s().-]{6,}$/.test(value.trim())) return { key: 'check.countryCode' }
  if (attributes.type === 'password' && attributes.autocomplete === 'new-password') return passwordFault(value)
  if (attributes.pattern && !matches(attributes.pattern, value)) return { key: attributes.name === 'code' ? 'check.code' : 'check.pattern' }
  return null
}

function takesNumbers({ label }: InputAttributes): boolean {
  return label?.id === addressOrNumber
}

function missing(attributes: InputAttributes): MessageKey {
  const { name, type } = attributes
  if (takesNumbers(attributes)) return 'check.identifierMissing'
  if (name === 'identifier' || type === 'email') return 'check.emailMissing'
  if (type === 'password') return 'check.passwordMissing'
  if (name === 'traits.name') return 'check.nameMissing'
  if (name === 'terms_accepted') return 'check.terms'
  return name === 'code' ? 'check.codeMissing' : 'check.missing'
}

function passwordFault(value: string): FieldFault | null {
  const bytes = new TextEncoder().encode(value).length
  return bytes > passwordMaxBytes ? { key: 'kratos.4000033', values: { max_length: passwordMaxBytes, actual_length: bytes } } : null
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(value)
  } catch {
    return true // A pattern of another dialect: the server knows.
  }
}
