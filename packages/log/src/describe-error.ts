/** What of an error may be logged. */

export interface ErrorDescription {
  readonly name: string
  readonly message?: string
  readonly code?: string
  readonly status?: number
  readonly query?: string
  readonly constraint?: string
  readonly table?: string
  readonly issues?: readonly { path: string; code: string }[]
  readonly stack?: string
  readonly cause?: ErrorDescription
  readonly errors?: readonly ErrorDescription[]
}

const maxDepth = 5
const maxQueryLength = 2000

/**
 * Name, code, frames and causes. Messages of Postgres, Drizzle and zod are left out: they quote values that people typed
 * (`Key (email)=(…) already exists`, `params: …`). For those the query, constraint or paths are written instead.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: `thrown ${typeof error}` }
  const quotesValues = isPostgresError(error) || isQueryError(error) || isZodError(error)
  const name = isPostgresError(error) ? 'PostgresError' : isQueryError(error) ? 'QueryError' : error.name
  const cause = depth < maxDepth && error.cause !== undefined ? { cause: describeError(error.cause, depth + 1) } : {}
  const errors =
    depth < maxDepth && error instanceof AggregateError
      ? { errors: error.errors.slice(0, 5).map((one) => describeError(one, depth + 1)) }
      : {}
  return {
    name,
    ...(quotesValues ? {} : { message: error.message }),
    ...text(error, 'code'),
    ...('status' in error && typeof error.status === 'number' ? { status: error.status } : {}),
    ...(isQueryError(error) ? { query: error.query.slice(0, maxQueryLength) } : {}),
    ...(isPostgresError(error) ? { ...text(error, 'constraint_name', 'constraint'), ...text(error, 'table_name', 'table') } : {}),
    ...(isZodError(error) ? { issues: error.issues.slice(0, 20).map(({ path, code }) => ({ path: path.join('.'), code })) } : {}),
    ...framesOf(error),
    ...cause,
    ...errors,
  }
}

function text(error: Error, field: string, as = field): Record<string, string> {
  const value: unknown = Reflect.get(error, field)
  return typeof value === 'string' ? { [as]: value } : {}
}

/** A stack begins with the message, which may be long and may quote values: only the frames are kept. */
function framesOf(error: Error): { stack?: string } {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return frames.length > 0 ? { stack: frames.map((line) => line.trim()).join('\n') } : {}
}

function isPostgresError(error: Error): boolean {
  return error.name === 'PostgresError' || ('severity' in error && 'routine' in error)
}

function isQueryError(error: Error): error is Error & { query: string } {
  return 'query' in error && typeof error.query === 'string' && 'params' in error
}

function isZodError(error: Error): error is Error & { issues: { path: PropertyKey[]; code: string }[] } {
  return 'issues' in error && Array.isArray(error.issues) && error.name.includes('Zod')
}
