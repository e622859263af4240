/** Waiting in tests: asks again until it is so, with a deadline, instead of sleeping. */
import { setTimeout as delay } from 'node:timers/promises'

export type UntilOptions = {
  /** default 10 000 */
  readonly timeoutMs?: number
  /** default 20 */
  readonly everyMs?: number
}

type Answer<T> = T | false | null | undefined

/**
 * Resolves with the first answer of `ask` that is neither false, null nor undefined; an `ask` that throws is asked again, so
 * expectations work too.
 *
 * @throws at the deadline, with the last error as its cause
 */
export async function until<T>(
  ask: () => Promise<Answer<T>> | Answer<T>,
  { timeoutMs = 10_000, everyMs = 20 }: UntilOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  let lastError: unknown
  do {
    try {
      const answer = await ask()
      if (answer !== false && answer !== null && answer !== undefined) return answer
      lastError = undefined
    } catch (error) {
      lastError = error
    }
    await delay(everyMs)
  } while (performance.now() < deadline)
  const reason = lastError instanceof Error ? `: ${lastError.message}` : ''
  throw new Error(`It did not come about within ${timeoutMs} ms${reason}`, { cause: lastError })
}
