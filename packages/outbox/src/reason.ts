import { ProblemError } from '@app/contracts/problem'
import { isDatabaseDown } from '@app/db/errors'
import { describeError } from '@app/log/describe-error'
import { z } from 'zod'

const MAX_REASON = 500

/** Why an event could not be handled, without values from it: kept in a row that people read. */
export function reasonOf(error: unknown): string {
  const { name, message, code, constraint, issues, cause } = describeError(error)
  const wrong = issues?.map((issue) => `${issue.path} ${issue.code}`).join(', ')
  const parts = [
    name,
    code,
    constraint,
    wrong,
    message,
    cause === undefined ? undefined : `because of ${cause.name} ${cause.code ?? cause.message ?? ''}`,
  ]
  return parts
    .filter((part) => part !== undefined && part !== '')
    .join(': ')
    .slice(0, MAX_REASON)
}

/** The event itself is wrong: no retry will change that. */
export function breaksContract(error: unknown): boolean {
  return error instanceof z.ZodError || error instanceof UnreadableEvent
}

/** Something that will be back is away: retried soon and for ever. */
export function isOutage(error: unknown): boolean {
  return isDatabaseDown(error) || (error instanceof ProblemError && error.status === 503)
}

export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent'
}
