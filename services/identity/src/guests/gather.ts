/** Calls that come while one is under way are made together by the next one. */

interface Waiting<T> {
  readonly item: T
  resolve(): void
  reject(error: unknown): void
}

/**
 * @param most in one call; two calls are never under way at once
 * @returns ends when the call that had the item has; a failure is that of all who were in it
 */
export function gather<T>(most: number, work: (items: readonly T[]) => Promise<void>): (item: T) => Promise<void> {
  const waiting: Waiting<T>[] = []
  let isWorking = false
  const run = async () => {
    isWorking = true
    while (waiting.length > 0) {
      const now = waiting.splice(0, most)
      const outcome = await work(now.map(({ item }) => item)).then(
        () => null,
        (error: unknown) => ({ error }),
      )
      for (const { resolve, reject } of now) outcome === null ? resolve() : reject(outcome.error)
    }
    isWorking = false
  }
  return async (item) =>
    await new Promise<void>((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (!isWorking) void run()
    })
}
