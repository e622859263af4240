import type { Part } from '../manifest/types.ts'
import { PlainError, sentenceOf } from '../plain-error.ts'
import { recoveredAfterMs, restartDelayMs } from './backoff.ts'
import { lastWords, logSize } from './last-words.ts'
import { type RunningPart, spawnPart } from './spawn-part.ts'
import type { Driver, PartState, PartStatus } from './types.ts'

const firstProbeEveryMs = 60
const probeEveryMs = 2_000
/** A single late answer on a busy machine is no illness. */
const failuresUntilUnhealthy = 2
/** Deaths before the first readiness after which the start is given up, with the reason. */
const deathsUntilGivenUp = 5

export type PartRunner = {
  part: Part
  status: () => PartStatus
  running: () => RunningPart | null
  /** Prepares and starts the part; resolves when it is ready, rejects when it never becomes so. */
  start: () => Promise<void>
  /** For good: whatever was about to start the part again will not. */
  stop: (options?: { now?: boolean }) => Promise<void>
  restart: () => Promise<void>
}

export type RunnerOptions = { part: Part; driver: Driver; logFile: string; onChange: (status: PartStatus) => void }

/** Keeps one part running: starts it, watches its readiness, and starts it again when it dies. */
export function createPartRunner({ part, driver, logFile, onChange }: RunnerOptions): PartRunner {
  const status: PartStatus = { name: part.name, state: 'waiting', reason: null, restarts: 0, pid: null }
  let running: RunningPart | null = null
  let wanted = false
  let isOver = false
  let generation = 0
  let restartsInARow = 0
  let hasBeenReady = false
  let wake: (() => void) | null = null
  let loop: Promise<void> = Promise.resolve()

  const change = (state: PartState, reason: string | null) => {
    if (status.state === state && status.reason === reason) return
    status.state = state
    status.reason = reason
    onChange({ ...status })
  }

  /** A pause that `stop` can cut short. */
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms)
      function done() {
        clearTimeout(timer)
        wake = null
        resolve()
      }
      wake = done
    })

  async function watch(launch: ReturnType<Driver['launch']>, isCurrent: () => boolean, onReady: () => Promise<void>): Promise<void> {
    let failures = 0
    let readySince: number | null = null
    while (isCurrent()) {
      const reason = await launch.probe()
      if (!isCurrent()) return
      if (reason === null) {
        failures = 0
        if (readySince === null) {
          readySince = performance.now()
          await onReady()
          if (!isCurrent()) return
        }
        if (performance.now() - readySince > recoveredAfterMs) restartsInARow = 0
        change('ready', null)
      } else if (readySince === null) change('starting', reason)
      else if (++failures >= failuresUntilUnhealthy) change('unhealthy', reason)
      await pause(readySince === null ? firstProbeEveryMs : probeEveryMs)
    }
  }

  /** One life of the process. @returns why it ended. */
  async function live(isWanted: () => boolean, onReady: () => Promise<void>): Promise<string> {
    const logStart = logSize(logFile)
    const launch = driver.launch()
    change('starting', status.reason)
    const mine = await spawnPart(launch, logFile)
    running = mine
    status.pid = mine.pid
    onChange({ ...status })
    let hasEnded = false
    const ended = mine.ended.then((how) => {
      hasEnded = true
      wake?.()
      return how
    })
    try {
      await watch(launch, () => !hasEnded && isWanted(), onReady)
      if (!hasEnded) await mine.stop() // a stop that came between the spawn and the first look
      const how = await ended
      const words = how.startsWith('was killed') ? null : lastWords(logFile, logStart)
      return words === null ? how : `${how}: ${words}`
    } finally {
      await mine.kill() // it, when watching failed, and what a dead process may have left behind
      running = null
      status.pid = null
    }
  }

  async function keepAlive(isWanted: () => boolean, onReady: () => Promise<void>): Promise<void> {
    let deaths = 0
    while (isWanted()) {
      const reason = await live(isWanted, onReady).catch((error: unknown) => sentenceOf(error))
      if (!isWanted()) return
      deaths += 1
      if (!hasBeenReady && deaths >= deathsUntilGivenUp) {
        change('failed', reason)
        throw new Error(`${part.name} ${reason}`)
      }
      status.restarts += 1
      change('restarting', reason)
      await pause(restartDelayMs(restartsInARow++))
    }
  }

  async function start(): Promise<void> {
    if (isOver) throw new PlainError(`${part.name} is being stopped`)
    wanted = true
    generation += 1
    const mine = generation
    const isWanted = () => wanted && generation === mine
    change('starting', null)
    try {
      await driver.prepare?.()
      if (!isWanted()) return
      await new Promise<void>((resolve, reject) => {
        const onReady = async () => {
          if (!hasBeenReady) await driver.afterReady?.()
          hasBeenReady = true
          resolve()
        }
        loop = keepAlive(isWanted, onReady).then(resolve, reject)
      })
    } catch (error) {
      if (isWanted()) change('failed', sentenceOf(error))
      throw error
    }
  }

  async function halt({ now = false } = {}): Promise<void> {
    wanted = false
    if (status.state !== 'stopped' && status.state !== 'waiting') change('stopping', null)
    wake?.()
    await (now ? running?.kill() : running?.stop())
    await loop
    change('stopped', null)
  }

  function stop(options: { now?: boolean } = {}): Promise<void> {
    isOver = true
    return halt(options)
  }

  async function restart(): Promise<void> {
    await halt()
    hasBeenReady = false
    await start()
  }

  return { part, status: () => ({ ...status }), running: () => running, start, stop, restart }
}
