/** The one spelling of a telephone number. Kratos takes many for the same (libphonenumber), and limits count by spelling. */

/** Country codes (ITU-T E.164) of one and two digits; all others have three. */
const countryCode = /^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9][0-9]{2})/
/** Elsewhere people write a zero that is dialled within the country only: `+31 (0)6`. Here it is part of the number. */
const zeroCounts = ['39', '225', '241', '242', '378']

/** E.164 (`+31612345678`), or null for what is no number with a country code. */
export function readPhone(typed: string): string | null {
  const text = typed
    .slice(0, 100)
    .normalize('NFKC')
    .replaceAll(/[\p{Cf}\p{Z}\p{Pd}\s()./]/gu, '')
    .replace(/^00/, '+')
  const [country] = countryCode.exec(text.slice(1)) ?? []
  if (country === undefined || !/^\+[0-9]+$/.test(text)) return null
  const rest = text.slice(1 + country.length)
  const phone = `+${country}${zeroCounts.includes(country) ? rest : rest.replace(/^0/, '')}`
  return /^\+[1-9][0-9]{6,14}$/.test(phone) ? phone : null
}

/** Every message costs money, and some numbers earn it for whoever asks for them. */
export function takesMessages(phone: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => phone.startsWith(prefix))
}
