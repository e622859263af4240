/** What people type to say who they are, in the one spelling that Kratos has stored and that limits count by. */
import { readEmail, respellEmail } from '../email.ts'
import { readPhone, takesMessages } from '../phone.ts'

/**
 * Addresses are stored with an ASCII domain, numbers as E.164, and typed as they are written on a card. Kratos finds a number in much that
 * is none to us (`x+31 6…;ext=1`), and would write to it past its limits: without a plus it finds none. The same goes for numbers that
 * get no messages, so that nobody has them.
 */
export function respellIdentifier(typed: string, smsPrefixes: readonly string[]): string {
  const phone = readPhone(typed)
  if (phone !== null && takesMessages(phone, smsPrefixes)) return phone
  const respelled = respellEmail(typed)
  return 'email' in readEmail(respelled.trim()) ? respelled : respelled.replaceAll(/[+\uff0b]/g, '')
}
