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
}

export interface SessionRules {
  readonly activityDays: number
}

export function sessionRulesOf(config: z.output<z.ZodObject<typeof sessionFields>>): SessionRules {
  return { activityDays: config.VESTIBULE_ACTIVITY_DAYS }
}
