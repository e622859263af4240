/** What the configuration says about sessions, and how long it is remembered what happened to an account. */
import { z } from 'zod'

const wholeNumber = (max: number, what: string) =>
  z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number)
    .pipe(z.int().max(max))
    .describe(what)

export const sessionFields = {
  VESTIBULE_ACTIVITY_DAYS: wholeNumber(3_650, 'a number of days from 1 to 3650').pipe(z.int().min(1)).default(90),
  VESTIBULE_SESSION_IDLE_MINUTES: wholeNumber(
    100_000,
    'a number of minutes up to 100000; 0: sessions do not end by not being used',
  ).default(0),
  VESTIBULE_MAX_NATIVE_SESSIONS: wholeNumber(1_000, 'how many apps one person may be signed in on, up to 1000; 0: any number').default(0),
  VESTIBULE_IMPERSONATION_CONSENT: z.enum(['required', 'waived']).default('required').describe('required or waived'),
  VESTIBULE_NATIVE_SESSION_LIMIT: z.enum(['end-oldest', 'refuse']).default('end-oldest').describe('end-oldest or refuse'),
}

export interface SessionRules {
  readonly activityDays: number
  /** 0: never. */
  readonly idleMinutes: number
  /** 0: any number. */
  readonly maxNative: number
  /** Whether a person is asked before an administrator acts as them; `waived` stands for the decision of the organisation's owner. */
  readonly impersonationConsent: 'required' | 'waived'
  readonly nativeLimit: 'end-oldest' | 'refuse'
}

export function sessionRulesOf(config: z.output<z.ZodObject<typeof sessionFields>>): SessionRules {
  return {
    activityDays: config.VESTIBULE_ACTIVITY_DAYS,
    idleMinutes: config.VESTIBULE_SESSION_IDLE_MINUTES,
    maxNative: config.VESTIBULE_MAX_NATIVE_SESSIONS,
    impersonationConsent: config.VESTIBULE_IMPERSONATION_CONSENT,
    nativeLimit: config.VESTIBULE_NATIVE_SESSION_LIMIT,
  }
}
