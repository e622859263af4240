import { rmSync } from 'node:fs'
import type { NetworkFile } from '../network-file.ts'
import { sentenceOf } from '../plain-error.ts'
import { writeAtomically } from '../state/files.ts'
import { startControl } from './control-server.ts'
import { createNetwork, type Network } from './network.ts'
import { watchNpm } from './npm-ancestors.ts'
import { trimLogs } from './trim-logs.ts'
import type { NetworkContext, PartStatus } from './types.ts'

export type RunOptions = {
  context: NetworkContext
  onChange: (status: PartStatus) => void
  /** When everything is ready for the first time. */
  onReady: (network: Network) => Promise<void>
}

/** A second signal this soon after the first is the same key press, forwarded by npm. */
const samePressMs = 700

/** Runs a network until a signal, `npm run stop` or a failed start ends it. @returns the exit code. */
export async function runNetwork({ context, onChange, onReady }: RunOptions): Promise<number> {
  const network = createNetwork(context, onChange)
  const ending = Promise.withResolvers<number>()
  let stopping: Promise<void> | null = null
  let firstStopAt = 0

  const stop = (exitCode: number, { now = false } = {}) => {
    if (stopping === null) {
      firstStopAt = performance.now()
      context.say('Stopping …')
    }
    if (stopping !== null && !now) return stopping
    const mine = network.stop({ now })
    stopping = mine
    void mine.then(
      () => ending.resolve(exitCode),
      (error) => ending.reject(error),
    )
    return mine
  }
  const onSignal = () => {
    if (stopping === null) void stop(0)
    else if (performance.now() - firstStopAt > samePressMs) void stop(1, { now: true })
  }
  const release = listenForSignals(onSignal, () => void stop(0))
  const stopTrimming = trimLogs(context.state.logs)
  const control = await startControl({ context, network, stop: () => stop(0) })
  writeNetworkFile(context)

  network.start().then(
    () => (stopping === null ? onReady(network).catch((error: unknown) => context.say(sentenceOf(error))) : undefined),
    (error: unknown) => {
      if (stopping !== null) return
      context.say(`The network did not start: ${sentenceOf(error)}`)
      void stop(1)
    },
  )
  try {
    return await ending.promise
  } finally {
    release()
    stopTrimming()
    await control.close()
    for (const file of [context.state.networkFile, context.state.processFile, context.state.guardianFile]) rmSync(file, { force: true })
    rmSync(context.state.lockFile, { force: true })
  }
}

/** Ctrl-C, SIGTERM, a closed terminal, and the death of the npm that started us or of the test runner that holds our channel. */
function listenForSignals(onSignal: () => void, onParentGone: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, onSignal)
  const keepsRunning = process.env['VESTIBULE_TEST_KEEP'] === '1'
  if (!keepsRunning) process.on('disconnect', onParentGone)
  // A closed terminal makes every write fail; that must not end us before the parts have stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const isNpmGone = watchNpm()
  const timer = setInterval(() => {
    if (isNpmGone()) onParentGone()
  }, 500)
  return () => {
    clearInterval(timer)
    for (const signal of signals) process.off(signal, onSignal)
    process.off('disconnect', onParentGone)
  }
}

function writeNetworkFile(context: NetworkContext): void {
  const file: NetworkFile = {
    pid: process.pid,
    root: context.root,
    state: context.state.root,
    publicUrl: context.publicUrl,
    ports: { ...context.ports },
    parts: context.parts.map((part) => part.name),
    isTest: context.isTest,
    startedAt: new Date().toISOString(),
  }
  writeAtomically(context.state.networkFile, JSON.stringify(file, null, 2))
}
