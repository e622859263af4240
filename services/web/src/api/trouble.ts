/** What a person is told when the other side could not answer. */
import * as z from 'zod/mini'

/** All that is needed of a problem here; the whole document is parsed where contracts are called. */
const Problem = z.object({ requestId: z.nullish(z.string()), code: z.nullish(z.string()) })

export type TroubleKind = 'offline' | 'busy' | 'unavailable' | 'in-progress' | 'provider' | 'unexpected'

export interface Trouble {
  readonly kind: TroubleKind
  readonly requestId: string | null
  /** From `Retry-After`. */
  readonly retryAfterSeconds: number | null
}

export const offline: Trouble = { kind: 'offline', requestId: null, retryAfterSeconds: null }

/** Reads an answer that no screen has a branch for. `body` is what the server sent, parsed or null. */
export function troubleOf(status: number, headers: Headers, body: unknown): Trouble {
  const problem = Problem.safeParse(body)
  const requestId = (problem.success ? problem.data.requestId : null) ?? headers.get('x-request-id')
  return {
    kind: problem.success && problem.data.code === 'provider-down' ? 'provider' : kindOf(status),
    requestId,
    retryAfterSeconds: retryAfter(headers),
  }
}

function kindOf(status: number): TroubleKind {
  if (status === 409) return 'in-progress'
  if (status === 429) return 'busy'
  if (status === 408 || status === 502 || status === 503 || status === 504) return 'unavailable'
  return 'unexpected'
}

function retryAfter(headers: Headers): number | null {
  const text = headers.get('retry-after')
  if (text === null) return null
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000)
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 3600) : null
}
