import type { SmsKind } from './kinds.ts'
import type { Locale } from './locale.ts'
import { say } from './messages.ts'

/** One text message: short, for it is paid by length, and with the code first, where a locked screen shows it. */
export function writeSms({ kind, locale, product, code }: { kind: SmsKind; locale: Locale; product: string; code: string }): string {
  return say(locale, `${kind}.sms`, { product, code })
}
