const FIRST_PAUSE_MS = 500
const MAX_PAUSE_MS = 2_000

/** Whether the SMTP server is away, for all mails together: while it is, one at a time tries, less and less often. */
export type Outage = {
  readonly reason: () => string | null
  /** How many mails may be on their way now, out of `usual`. */
  readonly limit: (usual: number) => number
  readonly failed: (reason: string) => void
  readonly over: () => void
}

export function createOutage(now = () => performance.now(), random = Math.random): Outage {
  let reason: string | null = null
  let pauses = 0
  let tryAt = 0
  return {
    reason: () => reason,
    limit: (usual) => (reason === null ? usual : now() >= tryAt ? 1 : 0),
    failed: (why) => {
      // Mails that were on their way together fail together; that is one failure.
      if (reason !== null && now() < tryAt) return
      reason = why
      tryAt = now() + Math.min(FIRST_PAUSE_MS * 2 ** pauses, MAX_PAUSE_MS) * (0.75 + random() / 4)
      pauses += 1
    },
    over: () => {
      reason = null
      pauses = 0
    },
  }
}
