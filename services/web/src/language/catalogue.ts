/** All words of the product. English decides which keys exist; a key that is missing in Dutch does not compile. */
import { IntlMessageFormat } from 'intl-messageformat'
import type en from '../../messages/en.json'

export const languages = ['en', 'nl'] as const
export type Language = (typeof languages)[number]
export type MessageKey = keyof typeof en
export type MessageValues = Record<string, string | number | boolean | Date>

type Catalogue = Readonly<Record<MessageKey, string>>

/** A person reads one language at a time, so each is a file of its own. */
const files: Record<Language, () => Promise<{ readonly default: Catalogue }>> = {
  en: () => import('../../messages/en.json'),
  nl: () => import('../../messages/nl.json'),
}

const catalogues = new Map<Language, Catalogue>()

/** Has to be done before anything is said in that language. */
export async function loadLanguage(language: Language): Promise<void> {
  if (!catalogues.has(language)) catalogues.set(language, (await files[language]()).default)
}

/** Oldest first. */
export function loadedLanguages(): readonly Language[] {
  return [...catalogues.keys()]
}

/** Where dates and numbers take their form from. */
export const regionalTag: Record<Language, string> = { en: 'en-GB', nl: 'nl-NL' }

const compiled = new Map<string, IntlMessageFormat>()

export function hasMessage(key: string): key is MessageKey {
  return [...catalogues.values()].some((catalogue) => Object.hasOwn(catalogue, key))
}

export function isLanguage(value: unknown): value is Language {
  return value === 'en' || value === 'nl'
}

/**
 * The text behind a key, as plain text: what a value contains is never read as markup. `build/compile-messages.ts` has parsed those
 * with values already; text without values is shown as it is.
 */
export function format(language: Language, key: MessageKey, values?: MessageValues): string {
  const cacheKey = `${language}:${key}`
  const known = compiled.get(cacheKey)
  if (known) return String(known.format(values))
  const source = catalogues.get(language)?.[key]
  if (source === undefined) throw new Error(`${language} is not loaded`)
  if (typeof source === 'string' && !/[{']/.test(source)) return source
  const message = new IntlMessageFormat(source, regionalTag[language], undefined, { ignoreTag: true })
  compiled.set(cacheKey, message)
  return String(message.format(values))
}
