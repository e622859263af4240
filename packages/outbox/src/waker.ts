import { setTimeout as delay } from 'node:timers/promises'

/** Waiting that ends early when something happened, also when it happened just before the waiting began. */
export type Waker = { readonly wake: () => void; readonly wait: (timeoutMs: number) => Promise<void> }

export function createWaker(): Waker {
  let woken = false
  let end: (() => void) | undefined
  return {
    wake: () => {
      woken = true
      end?.()
    },
    wait: async (timeoutMs) => {
      if (!woken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs)
          end = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      end = undefined
      woken = false
    },
  }
}

/** Waits, but no longer than until `stopping`. */
export async function pause(ms: number, stopping: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: stopping }).catch(() => {})
}
