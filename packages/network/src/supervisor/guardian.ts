import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { writeAtomically } from '../state/files.ts'
import type { StatePaths } from '../state/paths.ts'
import { readProcess } from './proc.ts'

export type Guarded = { wave: number; pid: number; startTime: string; stopSignal: NodeJS.Signals; stopTimeoutMs: number }

export type Guardian = {
  /** Which processes to stop should the supervisor die now. */
  update: (processes: readonly Guarded[]) => void
  /** Everything has been stopped in order: the guardian leaves. */
  dismiss: () => Promise<void>
  pid: () => number | null
}

/**
 * A shell (under a megabyte) that holds the other end of a pipe: when the supervisor dies, even by kill -9, the pipe closes and
 * the shell stops what the process file lists. A killed guardian is replaced.
 */
export function startGuardian(state: StatePaths, script: string): Guardian {
  let child: ChildProcess | null = null
  let isDismissed = false
  const summon = () => {
    const args = [script, state.processFile, state.controlSocket, state.networkFile, state.guardianFile]
    const mine = spawn('/bin/sh', args, { detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: { PATH: '/usr/bin:/bin' }, cwd: '/' })
    mine.stdin.on('error', () => {}) // it was killed; `exit` replaces it
    mine.once('exit', () => {
      if (!isDismissed && child === mine) summon()
    })
    child = mine
    const { pid } = mine
    if (pid !== undefined) writeAtomically(state.guardianFile, JSON.stringify({ pid, startTime: readProcess(pid)?.startTime ?? '' }))
  }
  summon()
  return {
    update: (processes) => {
      const line = (guarded: Guarded) => {
        const signal = guarded.stopSignal.replace(/^SIG/, '')
        return `${guarded.wave} ${guarded.pid} ${guarded.startTime} ${signal} ${Math.ceil(guarded.stopTimeoutMs / 100)}\n`
      }
      writeAtomically(state.processFile, processes.map(line).join(''))
    },
    dismiss: async () => {
      isDismissed = true
      const last = child
      if (last === null || last.exitCode !== null || last.signalCode !== null) return
      const gone = new Promise<void>((resolve) => last.once('exit', () => resolve()))
      last.stdin?.end('done\n')
      await gone
    },
    pid: () => child?.pid ?? null,
  }
}

export const guardianScript = (root: string) => `${root}/packages/network/bin/guardian.sh`

/** The checkout that this code belongs to. */
export const checkoutRoot = () => fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '')
