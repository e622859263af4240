/** Where Kratos sends a browser that it could not help, it tells why: with internal addresses, and texts of providers. */
import { z } from 'zod'
import { jsonOf } from '../upstream.ts'
import type { GuardStep } from './steps.ts'

/** Kratos has no id for what can be wrong with the way back from a provider: its own words, and the provider's (RFC 6749, 5.2), name it. */
const waysBack = [
  { words: '"invalid_grant"', id: 'provider_answer_used' },
  { words: 'no resumable session found', id: 'provider_answer_unexpected' },
] as const

const Shown = z
  .object({ code: z.int().optional(), id: z.string().max(100).optional(), message: z.string().optional() })
  .transform(({ code, id, message = '' }) => ({ code, id: id ?? waysBack.find(({ words }) => message.includes(words))?.id }))

const StoredError = z.object({ id: z.string(), created_at: z.string().optional(), error: Shown.nullish() })

/** Leaves what a screen chooses its sentence by. */
export function plainErrors(): GuardStep {
  return async (passage, next) => {
    const answer = await next(passage)
    if (passage.guarded.kind !== 'error') return answer
    const stored = answer.status === 200 ? StoredError.safeParse(jsonOf(answer)) : null
    const shown = stored?.success === true ? stored.data : { error: { code: 404 } }
    return {
      status: stored?.success === true ? 200 : 404,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(shown)),
    }
  }
}
