import type { Value } from './types.ts'

const limits = ['ACCOUNT', 'DEVICE', 'RANGE', 'OVERALL', 'RECIPIENT', 'RECIPIENT_DAY', 'SENDER', 'SENDING', 'SMS', 'SMS_SENDER']
const others = ['VESTIBULE_RANGE_BITS_IPV4', 'VESTIBULE_RANGE_BITS_IPV6', 'VESTIBULE_ANSWER_DEADLINE_MS']

/** How many tries the guard allows; identity's README says what each is and its default. */
export const limitSettings: Readonly<Record<string, Value>> = Object.fromEntries(
  [...limits.map((name) => `VESTIBULE_LIMIT_${name}`), ...others].map((variable) => [variable, { from: 'setting', variable }]),
)

/** For tests, all of which come from one address: what counts there is how often one account is tried. */
export const roomyLimits: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['RANGE', 'OVERALL', 'RECIPIENT', 'RECIPIENT_DAY', 'SENDER', 'SENDING', 'SMS', 'SMS_SENDER'].map((name) => [
      `VESTIBULE_LIMIT_${name}`,
      '100000/300',
    ]),
  ),
  VESTIBULE_ANSWER_DEADLINE_MS: '300',
}
