/** Readiness of Kratos and Keto, asked rarely and with a reason for whoever reads it. */
import type { Caller } from './http-call.ts'

/** Null when the server says that it and its database are ready, else why not. */
export async function readReadiness(caller: Caller, path: string, timeoutMs: number): Promise<string | null> {
  try {
    const { status } = await caller.call({ method: 'GET', path, timeoutMs, repeatable: true })
    return status === 200 ? null : `not ready (${status})`
  } catch (error) {
    return error instanceof Error ? error.message : 'not reachable'
  }
}

/** Runs at most once per `periodMs` (monotonic); who asks in between gets the answer of the last run. */
export function shareFor<T>(periodMs: number, run: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined
  return () => {
    const now = performance.now()
    if (last === undefined || now - last.at >= periodMs) last = { at: now, answer: run() }
    return last.answer
  }
}
