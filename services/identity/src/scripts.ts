/** Which writing systems a piece of text uses: letters of several that look alike are how one name passes for another. */

/** Scripts that have letters in common to the eye. Others (Arabic, Thai, …) resemble none of these. */
const alike = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Cherokee', 'Coptic', 'Lisu', 'Georgian'] as const
const alikePatterns = alike.map((script) => new RegExp(`\\p{Script=${script}}`, 'u'))

/** Scripts that are written together; anything else in one domain label must be of one script. */
const together = [
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Common}\p{Script=Inherited}]*$/u,
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Common}\p{Script=Inherited}]*$/u,
  /^[\p{Script=Han}\p{Script=Bopomofo}\p{Script=Common}\p{Script=Inherited}]*$/u,
]

/**
 * Small letters of other scripts that can be taken for a Latin letter, from the Unicode confusables (UTS #39): a label made
 * of nothing else reads as a Latin one.
 */
const passForLatin = new Set('абвгеєзиіїјкмнорсѕтуһхѡѵԁԛԝӏьҽәαγεηικνορτυωχσԍցհոսօքզյӡʏᴏ')

/** True when letters of two look-alike scripts stand in one word. */
export function mixesScripts(word: string): boolean {
  return alikePatterns.filter((pattern) => pattern.test(word)).length > 1
}

/** True when all of it is one script, or scripts that belong together. Digits and hyphens belong to every script. */
export function isOneScript(label: string): boolean {
  if (together.some((pattern) => pattern.test(label))) return true
  const letters = [...label].filter((letter) => !/[\p{Script=Common}\p{Script=Inherited}]/u.test(letter))
  return scripts.some((pattern) => letters.every((letter) => pattern.test(letter)))
}

const scripts = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Georgian',
  'Hebrew',
  'Arabic',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Thai',
  'Lao',
  'Khmer',
  'Myanmar',
  'Ethiopic',
  'Hangul',
].map((script) => new RegExp(`\\p{Script=${script}}`, 'u'))

/** True for a label without a Latin letter of which every letter passes for one, such as `аррӏе`. */
export function passesForLatin(label: string): boolean {
  const letters = [...label].filter((letter) => /\p{L}/u.test(letter))
  return letters.length > 0 && letters.every((letter) => passForLatin.has(letter))
}

/** True when a mark stands beside letters of a script whose marked letters have code points of their own. */
export function hasLooseMark(label: string): boolean {
  return /\p{M}/u.test(label) && alikePatterns.some((pattern) => pattern.test(label))
}
