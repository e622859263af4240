/** Who can be chosen. Whoever is made up on the page is kept until the process ends, by subject: telling another address later is allowed. */
import { z } from 'zod'

export const Somebody = z.strictObject({
  sub: z.string().trim().min(1).max(100),
  email: z.string().trim().max(254).default(''),
  emailVerified: z.boolean().default(false),
  name: z.string().max(300).default(''),
  locale: z.string().max(20).default(''),
  /** How long the token endpoint keeps Kratos waiting. */
  slowMs: z.coerce.number().int().min(0).max(60_000).default(0),
})
export type Somebody = z.output<typeof Somebody>

const ready: readonly (Somebody & { readonly what: string })[] = [
  { sub: 'ann', email: 'ann@provider.test', emailVerified: true, name: 'Ann Lee', locale: 'en', slowMs: 0, what: 'all as it should be' },
  {
    sub: 'bram',
    email: 'bram@provider.test',
    emailVerified: true,
    name: 'Bram de Vries',
    locale: 'nl-NL',
    slowMs: 0,
    what: 'speaks Dutch',
  },
  {
    sub: 'una',
    email: 'una@provider.test',
    emailVerified: false,
    name: 'Una Verified',
    locale: 'en',
    slowMs: 0,
    what: 'address not confirmed',
  },
  { sub: 'nora', email: '', emailVerified: false, name: 'Nora Mail', locale: 'en', slowMs: 0, what: 'no address' },
  { sub: 'noel', email: 'noel@provider.test', emailVerified: true, name: '', locale: '', slowMs: 0, what: 'no name, no language' },
  { sub: 'sam', email: 'sam@provider.test', emailVerified: true, name: 'Sam Slow', locale: 'en', slowMs: 5_000, what: 'five seconds late' },
]

export interface People {
  list(): readonly { readonly sub: string; readonly label: string }[]
  find(sub: string): Somebody | undefined
  put(somebody: Somebody): void
}

export function createPeople(): People {
  const known = new Map<string, Somebody>(ready.map(({ what: _, ...somebody }) => [somebody.sub, somebody]))
  return {
    list: () => ready.map(({ sub, name, what }) => ({ sub, label: `${name === '' ? sub : name} (${what})` })),
    find: (sub) => known.get(sub),
    put: (somebody) => void known.set(somebody.sub, somebody),
  }
}

/** What goes into the token; what is empty is left out, as providers do. */
export function claimsOf({ sub, email, emailVerified, name, locale }: Somebody): { sub: string; [claim: string]: string | boolean } {
  return {
    sub,
    ...(email === '' ? {} : { email, email_verified: emailVerified }),
    ...(name === '' ? {} : { name }),
    ...(locale === '' ? {} : { locale }),
  }
}
