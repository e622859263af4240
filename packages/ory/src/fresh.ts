/**
 * Shares work between callers that ask the same thing, without ever giving one an answer older than its question.
 *
 * At most one run per key is under way. Who comes while it runs waits for the next one: a run that began before the
 * caller asked may have read a row that was revoked in between.
 */
export function shareFresh<Input, T>(run: (input: Input) => Promise<T>): (key: string, input: Input) => Promise<T> {
  const running = new Map<string, Promise<T>>()
  const waiting = new Map<string, Promise<T>>()

  function start(key: string, input: Input): Promise<T> {
    const promise = run(input).finally(() => running.delete(key))
    running.set(key, promise)
    return promise
  }

  return (key, input) => {
    const next = waiting.get(key)
    if (next !== undefined) return next
    const current = running.get(key)
    if (current === undefined) return start(key, input)
    const begin = () => {
      waiting.delete(key)
      return start(key, input)
    }
    const promise = current.then(begin, begin)
    waiting.set(key, promise)
    return promise
  }
}
