/** What the person who runs the network may decide about signing in, wherever Kratos runs. */
import type { OryInputSource } from '@app/ory-config/input'
import { z } from 'zod'
import { PlainError } from './plain-error.ts'

/** With what `npm start` says about each. */
export const signInSettings = {
  VESTIBULE_PRODUCT_NAME: 'how authenticator apps and passkey dialogs call the product (default Vestibule)',
  VESTIBULE_CODE_MODE: 'codes by mail or SMS: passwordless (default) or second-factor',
  VESTIBULE_SMS_PREFIXES: 'beginnings of numbers that take text messages, such as +31,+32, or none (default +31)',
  VESTIBULE_PASSWORD_MIN_LENGTH: 'characters of a new password, 8 to 64 (default 8)',
  VESTIBULE_PASSWORD_CHECK_LEAKED: 'on: new passwords are looked up at haveibeenpwned.com (default off)',
} as const

const onOff = z.enum(['on', 'off'], 'on or off')
const Settings = z.object({
  VESTIBULE_PRODUCT_NAME: z.string().min(1).max(60, 'at most 60 characters').optional(),
  VESTIBULE_CODE_MODE: z.enum(['passwordless', 'second-factor'], 'passwordless or second-factor').optional(),
  VESTIBULE_SMS_PREFIXES: z
    .string()
    .regex(/^(none|\+[1-9][0-9]{0,6}(,\+[1-9][0-9]{0,6})*)$/, 'such as +31,+32, or none')
    .optional(),
  VESTIBULE_PASSWORD_MIN_LENGTH: z.coerce.number('a number from 8 to 64').int().min(8, 'at least 8').max(64, 'at most 64').optional(),
  VESTIBULE_PASSWORD_CHECK_LEAKED: onOff.optional(),
})

/** The part of Ory's input that follows from settings. @throws {PlainError} naming each that does not fit, and what would. */
export function signInInput(
  setting: (variable: string) => string | undefined,
): Pick<OryInputSource, 'productName' | 'codeMode' | 'phoneSignIn' | 'passwords'> {
  const given = Object.keys(signInSettings).flatMap((name) => {
    const value = setting(name)
    return value === undefined || value === '' ? [] : [[name, value]]
  })
  const read = Settings.safeParse(Object.fromEntries(given))
  if (!read.success) throw new PlainError(read.error.issues.map(({ path, message }) => `${String(path[0])} must be ${message}.`).join('\n'))
  const { VESTIBULE_PRODUCT_NAME: productName, VESTIBULE_CODE_MODE: codeMode, VESTIBULE_SMS_PREFIXES: prefixes, ...passwords } = read.data
  return {
    ...(productName === undefined ? {} : { productName }),
    ...(codeMode === undefined ? {} : { codeMode }),
    ...(prefixes === undefined ? {} : { phoneSignIn: prefixes !== 'none' }),
    passwords: {
      ...(passwords.VESTIBULE_PASSWORD_MIN_LENGTH === undefined ? {} : { minLength: passwords.VESTIBULE_PASSWORD_MIN_LENGTH }),
      askHaveIBeenPwned: passwords.VESTIBULE_PASSWORD_CHECK_LEAKED === 'on',
    },
  }
}
