const MAX_LENGTH = 254
/** One address and nothing else: no white space, brackets, commas or quotes, so nothing in it can become a second one or a header. */
const ADDRESS = /^[^\s\p{Cc}<>()[\],;:"\\@]{1,64}@[^\s\p{Cc}<>()[\],;:"\\@]{1,253}$/u

/** Stricter than RFC 5321, which allows quoted local parts. */
export function isMailAddress(text: string): boolean {
  return text.length <= MAX_LENGTH && ADDRESS.test(text)
}

/** E.164: a plus, a country code, at most 15 digits. */
export function isPhoneNumber(text: string): boolean {
  return /^\+[1-9][0-9]{6,14}$/.test(text)
}
