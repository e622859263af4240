/** What `/health/live` and `/health/ready` say, and what a readiness check is. */
import { z } from 'zod'

export const HealthView = z.object({
  status: z.enum(['ok', 'down']),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), required: z.boolean(), reason: z.string().nullable() })),
})
export type HealthView = z.infer<typeof HealthView>

/** One dependency. `check` resolves with null when it is usable and with a reason otherwise; throwing is a reason too. */
export interface Check {
  readonly name: string
  readonly check: () => Promise<string | null>
  /** False for what is worth showing but does not stop the service from doing its work; default true. */
  readonly required?: boolean
}
