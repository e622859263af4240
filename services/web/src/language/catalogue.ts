/** All words of the product. English decides which keys exist; a key that is missing in Dutch does not compile. */
import { IntlMessageFormat } from 'intl-messageformat'
import en from '../../messages/en.json'
import nl from '../../messages/nl.json'

export const languages = ['en', 'nl'] as const
export type Language = (typeof languages)[number]
export type MessageKey = keyof typeof en
export type MessageValues = Record<string, string | number | boolean | Date>

const catalogues: Record<Language, Record<MessageKey, string>> = { en, nl }

/** Where dates and numbers take their form from. */
export const regionalTag: Record<Language, string> = { en: 'en-GB', nl: 'nl-NL' }

const compiled = new Map<string, IntlMessageFormat>()

export function hasMessage(key: string): key is MessageKey {
  return Object.hasOwn(en, key)
}

export function isLanguage(value: unknown): value is Language {
  return value === 'en' || value === 'nl'
}

/** The text behind a key, as plain text: what a value contains is never read as markup. */
/** `build/compile-messages.ts` has parsed those with values already; text without values is shown as it is. */
export function format(language: Language, key: MessageKey, values?: MessageValues): string {
  const cacheKey = `${language}:${key}`
  const known = compiled.get(cacheKey)
  if (known) return String(known.format(values))
  const source = catalogues[language][key]
  if (typeof source === 'string' && !/[{']/.test(source)) return source
  const message = new IntlMessageFormat(source, regionalTag[language], undefined, { ignoreTag: true })
  compiled.set(cacheKey, message)
  return String(message.format(values))
}
