/**
 * Which language a screen speaks. In this order:
 * 1. what the person chose on this device, kept in localStorage;
 * 2. once signed in, the language of their account (the `locale` trait), so that a new device speaks it at once;
 * 3. what the browser asks for; 4. English.
 * Mails always follow the account. `public/appearance.js` repeats 1, 3 and 4 for `<html lang>` before the first paint.
 */
import { isLanguage, type Language } from './catalogue.ts'

const storageKey = 'vestibule.language'

export function chosenLanguage(): Language | null {
  try {
    const stored = localStorage.getItem(storageKey)
    return isLanguage(stored) ? stored : null
  } catch {
    return null // Storage can be forbidden.
  }
}

export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // Then it lasts until the tab is closed.
  }
}

export function browserLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const language = wish.slice(0, 2).toLowerCase()
    if (isLanguage(language)) return language
  }
  return 'en'
}

/** What the first screen speaks, before anything is known about who is there. */
export function firstLanguage(): Language {
  return chosenLanguage() ?? browserLanguage(navigator.languages)
}
