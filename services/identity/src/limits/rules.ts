/** How many tries there are, as the configuration says. */
import { z } from 'zod'
import type { RangeBits } from './fold.ts'

export interface Limit {
  readonly count: number
  readonly seconds: number
}

const limit = (text: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}\/[1-9]\d{0,5}$/)
    .transform((value): Limit => {
      const [count = 0, seconds = 0] = value.split('/').map(Number)
      return { count, seconds }
    })
    .describe('how many in how many seconds, for example 10/300')
    .prefault(text)

const bits = (max: number, byDefault: number) =>
  z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.int().min(8).max(max))
    .describe(`a number of bits from 8 to ${max}`)
    .default(byDefault)

export const limitFields = {
  /** Failures at one account, from anywhere. */
  VESTIBULE_LIMIT_ACCOUNT: limit('10/300'),
  /** Failures of one device at an account that it knows; the other limits do not stop it. */
  VESTIBULE_LIMIT_DEVICE: limit('10/300'),
  /** Failures from one range of addresses. */
  VESTIBULE_LIMIT_RANGE: limit('100/300'),
  /** All failures. */
  VESTIBULE_LIMIT_OVERALL: limit('3000/300'),
  /** Messages to one address or number, soon and in a day. */
  VESTIBULE_LIMIT_RECIPIENT: limit('5/900'),
  VESTIBULE_LIMIT_RECIPIENT_DAY: limit('20/86400'),
  /** Messages asked for from one range of addresses. */
  VESTIBULE_LIMIT_SENDER: limit('60/900'),
  /** All messages, and all of those that cost money. */
  VESTIBULE_LIMIT_SENDING: limit('3000/900'),
  VESTIBULE_LIMIT_SMS: limit('200/3600'),
  /** Those asked for from one range of addresses. */
  VESTIBULE_LIMIT_SMS_SENDER: limit('10/900'),
  VESTIBULE_RANGE_BITS_IPV4: bits(32, 24),
  VESTIBULE_RANGE_BITS_IPV6: bits(128, 64),
  /** Answers that could tell whether an account exists wait for a multiple of this. */
  VESTIBULE_ANSWER_DEADLINE_MS: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.int().max(10_000))
    .describe('milliseconds from 0 (off) to 10000')
    .default(1_000),
}

export interface LimitRules {
  readonly account: Limit
  readonly device: Limit
  readonly range: Limit
  readonly overall: Limit
  readonly recipient: Limit
  readonly recipientDay: Limit
  readonly sender: Limit
  readonly sending: Limit
  readonly sms: Limit
  readonly smsSender: Limit
  readonly rangeBits: RangeBits
  readonly answerDeadlineMs: number
}

export function limitRulesOf(config: z.output<z.ZodObject<typeof limitFields>>): LimitRules {
  return {
    account: config.VESTIBULE_LIMIT_ACCOUNT,
    device: config.VESTIBULE_LIMIT_DEVICE,
    range: config.VESTIBULE_LIMIT_RANGE,
    overall: config.VESTIBULE_LIMIT_OVERALL,
    recipient: config.VESTIBULE_LIMIT_RECIPIENT,
    recipientDay: config.VESTIBULE_LIMIT_RECIPIENT_DAY,
    sender: config.VESTIBULE_LIMIT_SENDER,
    sending: config.VESTIBULE_LIMIT_SENDING,
    sms: config.VESTIBULE_LIMIT_SMS,
    smsSender: config.VESTIBULE_LIMIT_SMS_SENDER,
    rangeBits: { ipv4: config.VESTIBULE_RANGE_BITS_IPV4, ipv6: config.VESTIBULE_RANGE_BITS_IPV6 },
    answerDeadlineMs: config.VESTIBULE_ANSWER_DEADLINE_MS,
  }
}
