import { handleParked } from './handle.ts'
import { isExhausted, postponeParked, takeParked } from './parked.ts'
import type { MeasuredWork } from './queue-runner.ts'
import { createWaker } from './waker.ts'

const POLL_MS = 1_000

/** Tries parked events again when they are due, one at a time. Several processes share the work. */
export function startParkedRunner(work: MeasuredWork): { readonly stop: () => Promise<void> } {
  const waker = createWaker()
  const running = run(work, waker)
  return {
    stop: async () => {
      waker.wake()
      await running
    },
  }
}

async function run(work: MeasuredWork, waker: ReturnType<typeof createWaker>): Promise<void> {
  while (!work.stopping.aborted) {
    let more = false
    try {
      more = await retryNext(work)
    } catch (error) {
      // Postgres is away: the rows are still there afterwards.
      work.log.debug({ err: error }, 'Parked events could not be read')
    }
    if (!more) await waker.wait(POLL_MS)
  }
}

/** @returns whether there was one */
async function retryNext(work: MeasuredWork): Promise<boolean> {
  const event = await takeParked(work.system, work.queue)
  if (event === undefined) return false
  const startedAt = performance.now()
  try {
    // Only an event that ends the process comes here: every other failure was counted below.
    if (isExhausted(event)) throw new Error('No attempt came to an end')
    await handleParked(work, event)
    work.measure.handled(work.queue, 1, (performance.now() - startedAt) / 1_000)
  } catch (error) {
    const fate = await postponeParked(work.system, event, error)
    work.measure.parked(work.queue, fate)
    work.log[fate === 'dead' ? 'error' : 'warn']({ err: error, attempts: event.attempts, fate }, 'A parked event failed again')
  }
  return true
}
