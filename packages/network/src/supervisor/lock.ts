import { rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { PlainError } from '../plain-error.ts'
import { privateFolder, readIfThere } from '../state/files.ts'
import type { StatePaths } from '../state/paths.ts'
import { isAlive, readProcess } from './proc.ts'
import { signalProcess } from './spawn-part.ts'

const Holder = z.object({ pid: z.int(), startTime: z.string() })

/** The supervisor of this state folder, when one runs. */
export function findSupervisor(state: StatePaths): { pid: number; startTime: string } | null {
  const holder = parseHolder(readIfThere(state.lockFile))
  return holder !== null && isAlive(holder.pid, holder.startTime) ? holder : null
}

function parseHolder(text: string | null): z.infer<typeof Holder> | null {
  try {
    return text === null ? null : Holder.parse(JSON.parse(text))
  } catch {
    return null // cut off by a full disk or a power cut
  }
}

/**
 * Makes the state folder this process' own: one supervisor at a time, and nothing of an earlier one still runs.
 *
 * @throws {PlainError} another supervisor runs there.
 */
export async function claimState(state: StatePaths, say: (line: string) => void): Promise<void> {
  for (const folder of [state.root, state.run]) privateFolder(folder)
  takeLock(state)
  try {
    await endLeftovers(state, say)
  } catch (error) {
    releaseState(state)
    throw error
  }
}

/** The start did not happen after all. */
export const releaseState = (state: StatePaths) => rmSync(state.lockFile, { force: true })

/** A lock whose holder is gone is taken over. */
function takeLock(state: StatePaths): void {
  const me = JSON.stringify({ pid: process.pid, startTime: readProcess(process.pid)?.startTime ?? '' })
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(state.lockFile, me, { flag: 'wx', mode: 0o600 })
      return
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    const holder = findSupervisor(state)
    if (holder !== null) throw new PlainError(`The network in ${state.root} is already running (pid ${holder.pid}).`)
    rmSync(state.lockFile, { force: true })
  }
  throw new PlainError(`Another start in ${state.root} got in between: run the command again.`)
}

const guardianTimeoutMs = 15_000

/** Waits for the guardian of a killed run to finish, then ends what even it left behind. */
async function endLeftovers(state: StatePaths, say: (line: string) => void): Promise<void> {
  const guardian = parseHolder(readIfThere(state.guardianFile))
  for (let waitedMs = 0; guardian !== null && isAlive(guardian.pid, guardian.startTime) && waitedMs < guardianTimeoutMs; waitedMs += 100) {
    if (waitedMs === 0) say('An earlier run was killed; waiting until it has been cleaned up.')
    await delay(100)
  }
  const lines = (readIfThere(state.processFile) ?? '').split('\n').filter((line) => line !== '')
  for (const line of lines.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))) {
    const [, pid = '0', startTime = '', signal = 'TERM', tenths = '10'] = line.split(' ')
    await endOne(Number(pid), startTime, signal, Number(tenths) * 100)
  }
  for (const file of [state.processFile, state.controlSocket, state.networkFile, state.guardianFile]) rmSync(file, { force: true })
}

async function endOne(pid: number, startTime: string, signal: string, timeoutMs: number): Promise<void> {
  if (pid <= 1 || !isAlive(pid, startTime)) return
  signalProcess(pid, signal === 'INT' ? 'SIGINT' : signal === 'QUIT' ? 'SIGQUIT' : 'SIGTERM')
  for (let waitedMs = 0; waitedMs < timeoutMs && isAlive(pid, startTime); waitedMs += 50) await delay(50)
  if (isAlive(pid, startTime)) signalProcess(-pid, 'SIGKILL')
}

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
