/** `npm start` with a few parts, a state folder and ports of its own, as another process: the way a person runs it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@app/testing/poll'
import { manifest } from '../src/manifest.ts'
import { freePorts, type Ports, portOf } from '../src/ports.ts'
import { type StatePaths, statePaths } from '../src/state/paths.ts'
import { askSupervisor } from '../src/supervisor/control-client.ts'
import type { StatusView } from '../src/supervisor/control-protocol.ts'
import { commandLine, isAlive, listProcesses, readProcess } from '../src/supervisor/proc.ts'

const main = new URL('../src/cli/main.ts', import.meta.url).pathname

export type Folder = { state: StatePaths; ports: Ports; env: Record<string, string>; remove: () => void }

/** A state folder with free ports, which several starts may share one after the other. */
export async function stateFolder(name = 'vestibule-'): Promise<Folder> {
  const root = mkdtempSync(join(tmpdir(), name))
  const state = statePaths(join(root, 'state'))
  const ports = await freePorts(manifest, join(root, 'ports.json'))
  const variables = manifest.flatMap((part) =>
    part.ports.map((port) => [port.variable, String(portOf(ports, part.name, port.name))] as const),
  )
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    VESTIBULE_STATE: state.root,
    ...Object.fromEntries(variables),
  }
  return { state, ports, env, remove: () => rmSync(root, { recursive: true, force: true }) }
}

export type Run = {
  child: ChildProcess
  output: () => string
  exitCode: Promise<number | null>
  /** Resolves when the table was printed; rejects with the output when the process ended before. */
  ready: Promise<void>
  status: () => Promise<StatusView>
}

/** Runs a command of the network's command line. */
export function run(folder: Folder, args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [main, ...args], { env: { ...folder.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8')
    })
  }
  const exitCode = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null))
  const ready = until(
    async () => {
      if (output.includes('Ready in')) return true
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended:\n${output}`)
      return undefined
    },
    { timeoutMs: 60_000, everyMs: 50 },
  ).then(() => {})
  ready.catch(() => {}) // who does not wait for it does not care
  const status = async () => {
    const answer = await askSupervisor(folder.state, { command: 'status' })
    if (answer?.ok !== true || answer.status === undefined) throw new Error(`no status: ${JSON.stringify(answer)}`)
    return answer.status
  }
  return { child, output: () => output, exitCode, ready, status }
}

export const start = (folder: Folder, parts: string, env: Record<string, string> = {}) =>
  run(folder, ['start'], { VESTIBULE_PARTS: parts, ...env })

/** Every process of a status, with start times, so that a reused pid is not taken for a survivor. */
export const processesOf = (status: StatusView) =>
  status.parts.flatMap((part) => part.processes.map(({ pid }) => ({ pid, startTime: readProcess(pid)?.startTime ?? 'gone' })))

/** Whatever still runs of them, and whatever else runs with the state folder in its command line. */
export function survivors(folder: Folder, processes: readonly { pid: number; startTime: string }[]): string[] {
  const named = processes.filter(({ pid, startTime }) => isAlive(pid, startTime)).map(({ pid }) => String(pid))
  const others = listProcesses().filter((one) => one.state !== 'Z' && commandLine(one.pid).includes(folder.state.root))
  return [...named, ...others.map((one) => `${one.pid} ${one.command}`)]
}
