import type { MessageKey } from '../../language/catalogue.ts'

const messages: Record<string, MessageKey> = {
  password: 'security.saved.password',
  totp_code: 'security.saved.totp',
  totp_unlink: 'security.saved.totpRemoved',
  lookup_secret_confirm: 'security.saved.codes',
  lookup_secret_disable: 'security.saved.codesOff',
  passkey_settings_register: 'security.saved.passkey',
  passkey_remove: 'security.saved.passkeyRemoved',
  unlink: 'security.saved.unlinked',
}

/** What was done, by what was sent; null where the answer only shows something. */
export function savedMessage(sent: Readonly<Record<string, unknown>>): MessageKey | null {
  if ('lookup_secret_regenerate' in sent) return null
  const name = Object.keys(messages).find((field) => field in sent)
  return messages[name ?? ''] ?? 'settings.saved'
}
