/** Where Kratos sends a browser that it could not help, it tells why: with internal addresses, and texts of providers. */
import { z } from 'zod'
import { jsonOf } from '../upstream.ts'
import type { GuardStep } from './steps.ts'

const StoredError = z.object({
  id: z.string(),
  created_at: z.string().optional(),
  error: z.object({ code: z.int().optional(), id: z.string().max(100).optional() }).nullish(),
})

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
