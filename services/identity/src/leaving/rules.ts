/** What the configuration says about leaving. */
import { z } from 'zod'

export const leavingFields = {
  VESTIBULE_DELETION_GRACE_DAYS: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.int().max(365))
    .describe('a number of days from 0 (at once) to 365')
    .default(14),
}

export interface LeavingRules {
  /** For second thoughts. */
  readonly graceDays: number
}
