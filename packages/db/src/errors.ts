import { DatabaseDown } from '@app/contracts/common-problems'
import { ProblemError } from '@app/contracts/problem'

/** postgres.js' and Node's own codes for "nobody answered". */
const DOWN_CODES = new Set([
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/**
 * SQLSTATE classes 08 (connection), 28 (credentials refused), 53 (out of memory, disk or connections), 57P (shutting down,
 * starting up) and 58 (I/O), and 57014 (statement time-out), 25006 (read-only: a failover), 25P03 (idle transaction ended),
 * 3D000 (no such database).
 */
const DOWN_SQLSTATE = /^(08...|28...|3D000|53...|57P0.|58...|57014|25006|25P03)$/

const MAX_CAUSES = 8

function* causes(error: unknown): Generator<Error> {
  for (let depth = 0; depth < MAX_CAUSES && error instanceof Error; depth += 1) {
    yield error
    error = error.cause
  }
}

function textProperty(error: Error, name: string): string {
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' ? value : ''
}

/** Postgres' SQLSTATE or the driver's code, also from inside Drizzle's wrapper; '' when there is none. */
export function databaseErrorCode(error: unknown): string {
  for (const cause of causes(error)) {
    const code = textProperty(cause, 'code')
    if (code !== '' && !(cause instanceof ProblemError)) return code
  }
  return ''
}

/** Whether the change was refused because a row with the same key exists; with `constraint`, by that one. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  for (const cause of causes(error)) {
    if (textProperty(cause, 'code') === '23505') return constraint === undefined || textProperty(cause, 'constraint_name') === constraint
  }
  return false
}

/** Whether Postgres is missing, stopped, frozen or full, as opposed to having refused this statement. */
export function isDatabaseDown(error: unknown): boolean {
  for (const cause of causes(error)) {
    const code = textProperty(cause, 'code')
    if (code === DatabaseDown.code || DOWN_CODES.has(code) || DOWN_SQLSTATE.test(code)) return true
  }
  return false
}

/** The problem to throw instead of an outage's own error; anything else stays as it is. */
export function asProblem(error: unknown): unknown {
  if (error instanceof ProblemError || !isDatabaseDown(error)) return error
  return DatabaseDown(undefined, { cause: error })
}
