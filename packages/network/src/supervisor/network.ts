import { join } from 'node:path'
import type { PartName } from '../manifest/types.ts'
import { driverOf } from '../parts/drivers.ts'
import { PlainError, sentenceOf } from '../plain-error.ts'
import { type Guarded, type Guardian, guardianScript, startGuardian } from './guardian.ts'
import { createPartRunner, type PartRunner } from './part-runner.ts'
import { listProcesses, processTree } from './proc.ts'
import type { NetworkContext, PartStatus } from './types.ts'
import { stopWaves, waveNumbers } from './waves.ts'

export type Network = {
  /** Resolves when all parts are ready; rejects with a sentence, after which the caller stops the network. */
  start: () => Promise<void>
  /** In reverse order within 10 s; `now` kills. */
  stop: (options?: { now?: boolean }) => Promise<void>
  restartPart: (name: PartName) => Promise<void>
  statuses: () => PartStatus[]
  guardianPid: () => number | null
}

/** All parts of a context, started in the order of their dependencies, as many at once as that allows. */
export function createNetwork(context: NetworkContext, onChange: (status: PartStatus) => void): Network {
  const guardian = startGuardian(context.state, guardianScript(context.root))
  const runners = new Map<PartName, PartRunner>()
  /** A full disk must not end the network: the guardian then knows what it knew before, and is told again at the next change. */
  const guard = () => {
    try {
      guardian.update([...guardedProcesses(context, runners), ...helpers(runners, guardian)])
    } catch (error) {
      context.say(sentenceOf(error))
    }
  }
  for (const part of context.parts) {
    const report = (status: PartStatus) => {
      guard()
      onChange(status)
    }
    const options = { part, driver: driverOf(part, context), logFile: join(context.state.logs, `${part.name}.log`), onChange: report }
    runners.set(part.name, createPartRunner(options))
  }
  let isStopping = false

  async function start(): Promise<void> {
    context.builds.begin()
    const ready = new Map<PartName, Promise<void>>()
    const begin = (name: PartName): Promise<void> => {
      const known = ready.get(name)
      if (known !== undefined) return known
      const runner = find(runners, name)
      const needed = runner.part.dependsOn.filter((dependency) => runners.has(dependency))
      const started = Promise.all(needed.map(begin)).then(() => (isStopping ? undefined : runner.start()))
      ready.set(name, started)
      return started
    }
    // Builds and migrations come and go without a part changing its state.
    const timer = setInterval(guard, 1_000)
    try {
      await Promise.all(context.parts.map((part) => begin(part.name)))
    } finally {
      clearInterval(timer)
      guard()
    }
  }

  async function stop({ now = false } = {}): Promise<void> {
    isStopping = true
    context.builds.abort()
    context.oneShots.killAll()
    if (now) await Promise.all([...runners.values()].map((runner) => runner.stop({ now })))
    for (const wave of stopWaves(context.parts)) await Promise.all(wave.map((name) => find(runners, name).stop({ now })))
    await guardian.dismiss()
  }

  return {
    start,
    stop,
    restartPart: (name) => find(runners, name).restart(),
    statuses: () => [...runners.values()].map((runner) => runner.status()),
    guardianPid: () => guardian.pid(),
  }
}

/** @throws {PlainError} this network runs without that part. */
function find(runners: ReadonlyMap<PartName, PartRunner>, name: PartName): PartRunner {
  const runner = runners.get(name)
  if (runner === undefined) throw new PlainError(`This network has no part ${name}; it has ${[...runners.keys()].join(', ')}.`)
  return runner
}

function guardedProcesses(context: NetworkContext, runners: ReadonlyMap<PartName, PartRunner>): Guarded[] {
  const waves = waveNumbers(context.parts)
  return [...runners.values()].flatMap((runner) => {
    const running = runner.running()
    if (running === null) return []
    const { pid, startTime, stopSignal, stopTimeoutMs } = running
    return [{ wave: waves.get(runner.part.name) ?? 0, pid, startTime, stopSignal, stopTimeoutMs }]
  })
}

/** Builds and migrations that we started: nothing is lost when they are killed first, and they must not outlive us. */
function helpers(runners: ReadonlyMap<PartName, PartRunner>, guardian: Guardian): Guarded[] {
  const all = listProcesses()
  const known = new Set([process.pid, guardian.pid()])
  for (const runner of runners.values()) for (const one of processTree(runner.running()?.pid ?? -1, all)) known.add(one.pid)
  const others = processTree(process.pid, all).filter((one) => !known.has(one.pid))
  return others.map(({ pid, startTime }) => ({ wave: -1, pid, startTime, stopSignal: 'SIGKILL', stopTimeoutMs: 0 }))
}
