/**
 * Problems: every failure that a caller may see is declared once here and rendered once as RFC 9457 `application/problem+json`.
 */
import { z } from 'zod'

/** One wrong place in the input: `path` is the field as the caller wrote it, e.g. `limit` or `checks[2].permit`. */
export const FieldError = z.object({ path: z.string(), message: z.string() })
export type FieldError = z.infer<typeof FieldError>

/** What goes over the wire. `code` is stable and tested, sentences are not. */
export const ProblemDocument = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string().optional(),
  code: z.string(),
  requestId: z.string().nullable(),
  errors: z.array(FieldError).optional(),
})
export type ProblemDocument = z.infer<typeof ProblemDocument>

export interface ProblemOptions {
  /** Logged, never shown. */
  readonly cause?: unknown
  readonly errors?: readonly FieldError[]
  /** Becomes `Retry-After`. */
  readonly retryAfterSeconds?: number
}

interface ProblemDefinition {
  readonly code: string
  readonly status: number
  readonly title: string
}

/** A declared problem: call it to make the error, read its parts to describe it. */
export interface Problem extends ProblemDefinition {
  (detail?: string, options?: ProblemOptions): ProblemError
  /** True for an error that this problem made, also one that came back from another service. */
  readonly is: (error: unknown) => error is ProblemError
}

/** The error behind a problem. Its message is shown to the caller: no stack, no address, no value of somebody else. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string | undefined
  readonly errors: readonly FieldError[] | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(definition: ProblemDefinition, detail?: string, options: ProblemOptions = {}) {
    super(detail ?? definition.title, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = definition.code
    this.status = definition.status
    this.title = definition.title
    this.detail = detail
    this.errors = options.errors
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** Declares a problem. Codes are kebab-case, unique in the whole product and never change. */
export function defineProblem(definition: ProblemDefinition): Problem {
  const make = (detail?: string, options?: ProblemOptions) => new ProblemError(definition, detail, options)
  const is = (error: unknown): error is ProblemError => error instanceof ProblemError && error.code === definition.code
  return Object.assign(make, { code: definition.code, status: definition.status, title: definition.title, is })
}

/** The document that a caller gets. `type` is a name, not an address: nothing has to be online to read it. */
export function problemDocument(problem: ProblemError, requestId: string | null): ProblemDocument {
  return {
    type: problemType(problem.code),
    title: problem.title,
    status: problem.status,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    code: problem.code,
    requestId,
    ...(problem.errors === undefined ? {} : { errors: [...problem.errors] }),
  }
}

export function problemType(code: string): string {
  return `urn:vestibule:problem:${code}`
}
