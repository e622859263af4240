/** Answers that could tell by their time whether an account exists leave at a fixed moment: noise would be averaged away. */
import { setTimeout as delay } from 'node:timers/promises'

/** Waits for the next multiple of `stepMs` after `startedAt` (`performance.now()`); 0: not at all. */
export async function holdUntil(startedAt: number, stepMs: number): Promise<void> {
  if (stepMs === 0) return
  const passed = performance.now() - startedAt
  const due = startedAt + Math.ceil((passed + 1) / stepMs) * stepMs
  // A timer may fire up to a millisecond early.
  for (let left = due - performance.now(); left > 0; left = due - performance.now()) await delay(Math.max(1, left))
}
