/** Talks to Kratos' browser flows on our own origin, in JSON. */
import { offline } from '../api/trouble.ts'
import type { FlowKind } from './flow.ts'
import { type Outcome, outcomeOf } from './outcome.ts'

/** Registration hashes a password and waits for hooks; past this the person gets a button to try again. */
const timeoutMs = 20_000

export interface NewFlowOptions {
  readonly returnTo?: string | undefined
  readonly refresh?: boolean | undefined
  readonly aal?: 'aal2' | undefined
}

export function createFlow(kind: FlowKind, options: NewFlowOptions, signal: AbortSignal): Promise<Outcome> {
  const query = new URLSearchParams()
  if (options.returnTo) query.set('return_to', options.returnTo)
  if (options.refresh) query.set('refresh', 'true')
  if (options.aal) query.set('aal', options.aal)
  return ask(`/self-service/${kind}/browser?${query}`, { signal })
}

export function readFlow(kind: FlowKind, id: string, signal: AbortSignal): Promise<Outcome> {
  return ask(`/self-service/${kind}/flows?${new URLSearchParams({ id })}`, { signal })
}

/** The address is made from the flow's id, not from `ui.action`: what a person types never leaves the origin. */
export function submitFlow(kind: FlowKind, id: string, body: Record<string, unknown>): Promise<Outcome> {
  return ask(submitAddress(kind, id), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

export function submitAddress(kind: FlowKind, id: string): string {
  return `/self-service/${kind}?${new URLSearchParams({ flow: id })}`
}

async function ask(address: string, init: RequestInit): Promise<Outcome> {
  const limits = [AbortSignal.timeout(timeoutMs), ...(init.signal ? [init.signal] : [])]
  try {
    const response = await fetch(address, {
      ...init,
      signal: AbortSignal.any(limits),
      headers: { accept: 'application/json', ...init.headers },
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
    })
    return outcomeOf(response.status, response.headers, await parsedBody(response))
  } catch (error) {
    if (init.signal?.aborted) throw error
    return { kind: 'trouble', trouble: offline } // fetch rejects only when no answer came.
  }
}

export async function parsedBody(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    return null // An error page of something in between.
  }
}
