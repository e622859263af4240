/**
 * What a whoami answer says. Kratos tells of a session in the same words until something about it changes, and reading them anew costs
 * more than the call itself: the words are what is remembered. Kratos is asked every time, so nobody gets an older answer for it.
 */
import { type Answer, jsonOf } from './http-call.ts'
import { keptMs } from './session-cache.ts'
import { type Session, sessionOf, WhoamiAnswer } from './whoami.ts'

const maxRemembered = 500
/** Kratos says 1 to 4 KB of a person; longer ones are read anew each time. */
const maxLength = 16_384

/** @returns the session, or null when it or its identity is not active. @throws {ZodError} an answer of an unknown shape. */
export type WhoamiReader = (answer: Answer) => Session | null

/** Words older than what the session cache keeps go as soon as others come. */
export function createWhoamiReader(now = () => performance.now()): WhoamiReader {
  const remembered = new Map<string, { readonly session: Session | null; readonly readAt: number }>()
  return (answer) => {
    const { text } = answer
    const known = remembered.get(text)
    if (known !== undefined && now() - known.readAt < keptMs) return known.session
    const session = sessionOf(WhoamiAnswer.parse(jsonOf(answer)))
    if (text.length > maxLength) return session
    remembered.delete(text)
    for (const [oldest, { readAt }] of remembered) {
      if (remembered.size < maxRemembered && now() - readAt < keptMs) break
      remembered.delete(oldest)
    }
    remembered.set(text, { session, readAt: now() })
    return session
  }
}
