/** Refusals of the deciding hooks, in Kratos' own form. Ids are stable: the web shows its own sentence for each. */
import type { HookRefusal } from '@app/contracts/internal-hooks'

const refusals = {
  emailLookAlike: { id: 9_000_001, field: 'email', text: 'This e-mail address contains characters that can be mistaken for others.' },
  emailNotNormalised: { id: 9_000_002, field: 'email', text: 'This is not an e-mail address that we can write to.' },
  emailChangeNeedsCode: { id: 9_000_003, field: 'email', text: 'A new e-mail address counts only after a code that was sent to it.' },
  phoneNotAtRegistration: { id: 9_000_004, field: 'phone', text: 'Add a phone number in the settings, after registering.' },
  phoneChangeNeedsCode: { id: 9_000_005, field: 'phone', text: 'A new phone number counts only after a code that was sent to it.' },
  emailNotProven: { id: 9_000_007, field: 'email', text: 'Show first that this address is yours, with the code that was sent to it.' },
  nameNotAcceptable: {
    id: 9_000_006,
    field: 'name',
    text: 'This name is empty, too long, or has characters that hide or disguise something.',
  },
  traitsNotFromProvider: { id: 9_000_020, field: 'email', text: 'Who you are comes from the account you sign in with, not from a form.' },
  providerWithoutEmail: { id: 9_000_021, field: 'email', text: 'The account you chose did not tell an e-mail address.' },
  providerEmailNotVerified: { id: 9_000_022, field: 'email', text: 'The account you chose has not confirmed its e-mail address.' },
} as const

export type Refusal = keyof typeof refusals

/** The body of the 400 that Kratos turns into messages at the fields. */
export function refusalBody(names: readonly Refusal[]): HookRefusal {
  return {
    messages: names.map((name) => {
      const { id, field, text } = refusals[name]
      return { instance_ptr: `#/traits/${field}`, messages: [{ id, text, type: 'error' as const }] }
    }),
  }
}
