import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { isAlive, type Process, processTree, readProcess } from './proc.ts'
import type { Launch } from './types.ts'

export type RunningPart = {
  pid: number
  startTime: string
  stopSignal: NodeJS.Signals
  stopTimeoutMs: number
  /** Resolves with a sentence when the process has ended, however that came about. */
  ended: Promise<string>
  stop: () => Promise<void>
  kill: () => Promise<void>
}

/**
 * Starts a process in a session of its own, so that the terminal's Ctrl-C reaches only the supervisor, which stops the parts in
 * order. Output goes straight to the log file: it survives the supervisor.
 *
 * @throws the program could not be started.
 */
export async function spawnPart(launch: Launch, logFile: string): Promise<RunningPart> {
  const log = openSync(logFile, 'a', 0o600)
  const child = spawn(launch.command, launch.args, { cwd: launch.cwd, env: launch.env, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`))
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
  })
  if (child.pid === undefined) throw new Error(await ended)
  const { pid } = child
  const startTime = readProcess(pid)?.startTime ?? ''
  return {
    pid,
    startTime,
    stopSignal: launch.stopSignal,
    stopTimeoutMs: launch.stopTimeoutMs,
    ended,
    stop: () => end(child, pid, launch.stopSignal, launch.stopTimeoutMs),
    kill: () => end(child, pid, 'SIGKILL', 0),
  }
}

/** Asks the process to end, and after the time limit ends it and everything it has started. */
async function end(child: ChildProcess, pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
  const tree = processTree(pid)
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit')
    if (timeoutMs > 0) {
      child.kill(signal)
      await Promise.race([exit, delay(timeoutMs)])
    }
    if (child.exitCode === null && child.signalCode === null) {
      tree.push(...processTree(pid))
      signalGroup(pid, 'SIGKILL')
      await exit
    }
  }
  await killLeftovers(pid, tree)
}

/** Helpers with sessions of their own (Erlang's, Postgres' children) usually follow by themselves; they get a moment to. */
async function killLeftovers(pid: number, tree: readonly Process[]): Promise<void> {
  const left = () =>
    [...tree.filter((process) => isAlive(process.pid, process.startTime)), ...processTree(pid)].filter((process) => process.pid !== pid)
  for (let waitedMs = 0; waitedMs < 300 && left().length > 0; waitedMs += 30) await delay(30)
  for (const process of left()) signalProcess(process.pid, 'SIGKILL')
  for (let waitedMs = 0; waitedMs < 500 && left().length > 0; waitedMs += 20) await delay(20)
}

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const signalGroup = (pid: number, signal: NodeJS.Signals) => signalProcess(-pid, signal)

/** A process that is gone already has had what it should get. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
