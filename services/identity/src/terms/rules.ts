/** What the configuration says about the terms; their version is one of the settings that every service reads. */
import { z } from 'zod'

const ownPath = /^\/(?![/\\])[\w./{}-]*$/

export const termsFields = {
  VESTIBULE_TERMS_URL: z
    .string()
    .refine(
      (text) => text === '' || ownPath.test(text) || (URL.canParse(text) && new URL(text).protocol === 'https:'),
      'not such an address',
    )
    .default('')
    .describe('an https address or a path of our own, in which {locale} stands for en or nl'),
}

export interface TermsRules {
  /** With `{locale}` in it, or one text for all. */
  readonly url: string
}
