/** A session as Kratos' admin API tells it. */
import { z } from 'zod'

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

export const KratosSession = z.object({
  id: z.uuid(),
  authenticated_at: instant,
  expires_at: instant,
  authenticator_assurance_level: z.enum(['aal1', 'aal2']).catch('aal1'),
  authentication_methods: z.array(z.object({ method: z.string() })).nullish(),
  /** One for each time that it was authenticated, oldest first. */
  devices: z.array(z.object({ ip_address: z.string().nullish(), user_agent: z.string().nullish() })).nullish(),
})
export type KratosSession = z.infer<typeof KratosSession>

/** The first factor. */
export function methodOf({ authentication_methods: methods }: KratosSession): string {
  const method = methods?.[0]?.method ?? ''
  return /^[a-z][a-z0-9_]{0,39}$/.test(method) ? method : 'unknown'
}

/** Where it began. */
export function placeOf({ devices }: KratosSession): { readonly address: string | null; readonly userAgent: string | null } {
  const [device] = devices ?? []
  return { address: device?.ip_address?.slice(0, 200) || null, userAgent: device?.user_agent?.slice(0, 500) || null }
}
