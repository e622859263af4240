import { describe, expect, it } from 'vitest'
import { signInInput } from './sign-in-settings.ts'

const input = (settings: Record<string, string>) => signInInput((name) => settings[name])

describe('settings of the sign-in', () => {
  it('leave out what was not set, and empty counts as not set', () => {
    expect(input({ VESTIBULE_CODE_MODE: '' })).toEqual({ passwords: { askHaveIBeenPwned: false } })
  })

  it('are read as what they stand for', () => {
    const settings = {
      VESTIBULE_PRODUCT_NAME: 'Acme',
      VESTIBULE_CODE_MODE: 'second-factor',
      VESTIBULE_SMS_PREFIXES: 'none',
      VESTIBULE_PASSWORD_MIN_LENGTH: '12',
      VESTIBULE_PASSWORD_CHECK_LEAKED: 'on',
    }
    expect(input(settings)).toEqual({
      productName: 'Acme',
      codeMode: 'second-factor',
      phoneSignIn: false,
      passwords: { minLength: 12, askHaveIBeenPwned: true },
    })
  })

  it.each([
    ['VESTIBULE_CODE_MODE', 'both', 'VESTIBULE_CODE_MODE must be passwordless or second-factor.'],
    ['VESTIBULE_PASSWORD_MIN_LENGTH', '4', 'VESTIBULE_PASSWORD_MIN_LENGTH must be at least 8.'],
    ['VESTIBULE_PASSWORD_MIN_LENGTH', 'long', 'VESTIBULE_PASSWORD_MIN_LENGTH must be a number from 8 to 64.'],
    ['VESTIBULE_SMS_PREFIXES', '31', 'VESTIBULE_SMS_PREFIXES must be such as +31,+32, or none.'],
    ['VESTIBULE_PASSWORD_CHECK_LEAKED', 'yes', 'VESTIBULE_PASSWORD_CHECK_LEAKED must be on or off.'],
  ])('say what %s must be instead of %s', (name, value, sentence) => {
    expect(() => input({ [name]: value })).toThrow(sentence)
  })
})
