/** The one spelling of a telephone number. Kratos takes many for the same (libphonenumber), and limits count by spelling. */

/** Country codes (ITU-T E.164) of one and two digits; all others have three. */
const countryCode = /^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9][0-9]{2})/
/** Elsewhere people write a zero that is dialled within the country only: `+31 (0)6`. Here it is part of the number. */
const zeroCounts = ['39', '225', '241', '242', '378']

/**
 * What libphonenumber drops behind the country code, because people dial it at home (metadata of v1.3.6, which Kratos v1.3.1 has; all that fit
 * in 15 digits): without it the number is the same one in another spelling, which would be counted by itself. One zero is taken off above.
 */
const prefixedAtHome = [
  /^\+1[01]/,
  /^\+78\d{10}$/,
  /^\+521\d{10}$/,
  /^\+54\d{12}/,
  /^\+61183[12]\d{9}$/,
  /^\+29810\d{8}$/,
  /^\+3708\d{8}$/,
  /^\+3758\d{9,10}$/,
  /^\+4231001\d{7}/,
  /^\+50619\d{10}$/,
  /^\+6921\d{7}$/,
  // Its area code is put before what lacks it.
  /^\+672\d{5}$/,
  /^\+9938\d{8}$/,
]

/** E.164 (`+31612345678`), or null for what is no number with a country code, and for a second spelling of one. */
export function readPhone(typed: string): string | null {
  const text = typed
    .slice(0, 100)
    .normalize('NFKC')
    .replaceAll(/[\p{Cf}\p{Z}\p{Pd}\s()./]/gu, '')
    .replace(/^00/, '+')
  const [country] = countryCode.exec(text.slice(1)) ?? []
  if (country === undefined || !/^\+[0-9]+$/.test(text)) return null
  const rest = text.slice(1 + country.length)
  const national = zeroCounts.includes(country) ? rest : rest.replace(/^0/, '')
  const phone = `+${country}${national}`
  if (!/^\+[1-9][0-9]{6,14}$/.test(phone) || prefixedAtHome.some((spelling) => spelling.test(phone))) return null
  return national.startsWith('0') && !zeroCounts.includes(country) ? null : phone
}

/** Every message costs money, and some numbers earn it for whoever asks for them. */
export function takesMessages(phone: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => phone.startsWith(prefix))
}
