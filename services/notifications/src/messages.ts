import { IntlMessageFormat } from 'intl-messageformat'
import en from '../messages/en.json' with { type: 'json' }
import nl from '../messages/nl.json' with { type: 'json' }
import type { Locale } from './locale.ts'

export type MessageKey = keyof typeof en
export type MessageValues = Readonly<Record<string, string | number>>

/** Both languages have every key, or this does not compile. */
export const catalogues: Readonly<Record<Locale, Readonly<Record<MessageKey, string>>>> = { en, nl }

const formats = new Map<string, IntlMessageFormat>()

/** The sentence in that language. Values go in as they are: whoever writes HTML escapes. */
export function say(locale: Locale, key: MessageKey, values: MessageValues): string {
  const id = `${locale} ${key}`
  const format = formats.get(id) ?? new IntlMessageFormat(catalogues[locale][key], locale, undefined, { ignoreTag: true })
  formats.set(id, format)
  return String(format.format(values))
}
