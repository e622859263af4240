/** What the configuration says about links in mails, and about administrators. */
import { z } from 'zod'

const hours = (max: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(max))
    .describe(`a number of hours from 1 to ${max}`)

export const peopleFields = {
  VESTIBULE_INVITATION_HOURS: hours(720).default(72),
  VESTIBULE_SIGN_IN_LINK_HOURS: hours(72).default(2),
}

export interface PeopleRules {
  readonly invitationHours: number
  readonly signInLinkHours: number
}

export function peopleRulesOf(config: z.output<z.ZodObject<typeof peopleFields>>): PeopleRules {
  return { invitationHours: config.VESTIBULE_INVITATION_HOURS, signInLinkHours: config.VESTIBULE_SIGN_IN_LINK_HOURS }
}
