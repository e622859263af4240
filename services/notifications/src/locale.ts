export const locales = ['en', 'nl'] as const
export type Locale = (typeof locales)[number]

/** `nl-BE` is Dutch; what we do not speak is English. */
export function closestLocale(tag: string | null): Locale {
  const language = tag?.toLowerCase().split(/[-_]/)[0]
  return locales.find((locale) => locale === language) ?? 'en'
}
