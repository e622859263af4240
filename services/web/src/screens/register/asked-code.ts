/** The code that somebody who registers was sent, and what it gave: for this tab, also after a reload. */
import * as z from 'zod/mini'

const key = 'vestibule.registration'

const AskedCode = z.object({
  email: z.string(),
  id: z.string(),
  /** Shown with the code: nobody else can use the code that was sent for it. */
  secret: z.string(),
  /** Milliseconds since 1970, by the clock of this device. */
  sentAt: z.number(),
  wrongTries: z.number(),
  /** Not the first one to this address. */
  isRepeat: z.boolean(),
  /** What the right code gave. */
  proof: z.nullable(z.string()),
})
export type AskedCode = z.infer<typeof AskedCode>

/** After so many wrong tries the server takes none any more, and does not say so. */
export const maxTries = 5

export function readAskedCode(): AskedCode | null {
  try {
    const read = AskedCode.safeParse(JSON.parse(window.sessionStorage.getItem(key) ?? 'null'))
    return read.success ? read.data : null
  } catch {
    return null // Storage is closed in this browser, or holds something else: the registration begins anew.
  }
}

export function keepAskedCode(asked: AskedCode | null): void {
  try {
    if (asked) window.sessionStorage.setItem(key, JSON.stringify(asked))
    else window.sessionStorage.removeItem(key)
  } catch {
    // Closed in this browser: then a reload begins anew.
  }
}
