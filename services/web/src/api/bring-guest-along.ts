import { mergeGuest } from '@app/contracts/guests'
import { callApi } from './client.ts'

/** Set beside the cookie that scripts cannot read. */
const mark = /(?:^|;\s*)vst_guest_here=1(?:;|$)/

/**
 * Moves what was made before signing in, where the sign-in itself did not: by a provider, or because an answer was lost. Repeatable;
 * when it fails the mark stays, and the next screen asks again.
 *
 * @returns whether something was moved
 */
export async function bringGuestAlong(cookies: string): Promise<boolean> {
  if (!mark.test(cookies)) return false
  const { merged } = await callApi(mergeGuest, { body: {} })
  return merged
}
