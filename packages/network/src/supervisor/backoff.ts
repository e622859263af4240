/** Delays before a dead part is started again: growing, so that a broken part does not spin, and short, so that a killed one is soon back. */
const delaysMs = [500, 1_000, 2_000, 4_000] as const

/** A part that stayed ready this long has recovered: its next death counts as the first again. */
export const recoveredAfterMs = 30_000

/** Milliseconds to wait before the n-th restart in a row (n starts at 0). */
export const restartDelayMs = (restartsInARow: number): number => delaysMs[Math.min(restartsInARow, delaysMs.length - 1)] ?? 4_000
