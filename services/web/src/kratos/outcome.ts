/** Turns any answer of Kratos, or of the guard in front of it, into the one thing that a screen does next. */
import * as z from 'zod/mini'
import { type Trouble, troubleOf } from '../api/trouble.ts'
import { Flow, type NextStep, NextSteps } from './flow.ts'

export type Outcome =
  /** Show this flow: fields to correct, or the next step of the same flow. */
  | { kind: 'show'; flow: Flow }
  /** The flow did what it was for. `flow` is there when Kratos sent it along (verification, recovery, settings). */
  | { kind: 'done'; flow: Flow | null; next: NextStep[] }
  /** Too old, unknown, or begun in another browser: start again. */
  | { kind: 'restart'; because: 'expired' | 'forgotten' | 'forged' }
  | { kind: 'confirm-it-is-you' }
  | { kind: 'extra-step' }
  | { kind: 'redirect'; to: string }
  /** To the provider that the person chose. */
  | { kind: 'elsewhere'; to: string }
  | { kind: 'signed-in-already' }
  | { kind: 'signed-out' }
  /** Whoever registers has not shown that the address is theirs, or too long ago. */
  | { kind: 'unproven' }
  | { kind: 'trouble'; trouble: Trouble }

const ErrorBody = z.object({
  error: z.nullish(z.object({ id: z.nullish(z.string()) })),
  /** Of a problem of the guard. */
  code: z.nullish(z.string()),
  redirect_browser_to: z.nullish(z.string()),
})
const DoneBody = z.object({ continue_with: NextSteps, session: z.optional(z.unknown()), identity: z.optional(z.unknown()) })

const byErrorId: Record<string, Outcome> = {
  security_csrf_violation: { kind: 'restart', because: 'forged' },
  security_identity_mismatch: { kind: 'restart', because: 'forged' },
  self_service_flow_expired: { kind: 'restart', because: 'expired' },
  self_service_flow_return_to_forbidden: { kind: 'restart', because: 'forgotten' },
  session_refresh_required: { kind: 'confirm-it-is-you' },
  'fresh-sign-in-required': { kind: 'confirm-it-is-you' },
  session_aal2_required: { kind: 'extra-step' },
  'second-factor-required': { kind: 'extra-step' },
  'registration-proof-required': { kind: 'unproven' },
  session_already_available: { kind: 'signed-in-already' },
  session_inactive: { kind: 'signed-out' },
}

export function outcomeOf(status: number, headers: Headers, body: unknown): Outcome {
  if (status < 300) return success(status, headers, body)
  if (status === 400) {
    const flow = Flow.safeParse(body)
    if (flow.success) return { kind: 'show', flow: flow.data }
  }
  const error = ErrorBody.safeParse(body)
  if (status === 422 && error.success && error.data.redirect_browser_to) return { kind: 'redirect', to: error.data.redirect_browser_to }
  const known = error.success ? byErrorId[error.data.error?.id ?? error.data.code ?? ''] : undefined
  if (known && status < 500) return known
  if (status === 410) return { kind: 'restart', because: 'expired' }
  if (status === 404) return { kind: 'restart', because: 'forgotten' }
  if (status === 401) return { kind: 'signed-out' }
  return { kind: 'trouble', trouble: troubleOf(status, headers, body) }
}

function success(status: number, headers: Headers, body: unknown): Outcome {
  const flow = Flow.safeParse(body)
  const done = DoneBody.safeParse(body)
  const next = done.success ? done.data.continue_with : []
  if (!flow.success) {
    const complete = done.success && (done.data.session !== undefined || done.data.identity !== undefined || next.length > 0)
    return complete ? { kind: 'done', flow: null, next } : { kind: 'trouble', trouble: troubleOf(status, headers, body) }
  }
  const passed = flow.data.state === 'passed_challenge' || flow.data.state === 'success'
  return passed || next.length > 0 ? { kind: 'done', flow: flow.data, next } : { kind: 'show', flow: flow.data }
}
