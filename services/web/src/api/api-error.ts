import type { FieldError } from '@app/contracts/problem'
import type { Trouble } from './trouble.ts'

/** An answer of one of our services that is no success, or none at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** 0 when no answer came. */
  readonly status: number
  readonly trouble: Trouble
  /** By field, in the contract's own words. */
  readonly errors: readonly FieldError[]
  /** Of the problem; empty when the answer was none. */
  readonly code: string

  constructor(status: number, trouble: Trouble, problem?: { code: string; errors?: readonly FieldError[] | undefined }) {
    super(`status ${status}`)
    this.status = status
    this.trouble = trouble
    this.errors = problem?.errors ?? []
    this.code = problem?.code ?? ''
  }
}

export function troubleIn(error: unknown): Trouble {
  return error instanceof ApiError ? error.trouble : { kind: 'unexpected', requestId: null, retryAfterSeconds: null }
}
