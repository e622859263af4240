/** A test network in a process of its own, so that a busy test runner cannot delay it; it ends when the runner does, however that ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type NetworkFile, readNetworkFile } from '@app/network/network-file'
import { statePaths } from '@app/network/state/paths'

const startTimeoutMs = 480_000
const cli = fileURLToPath(new URL('../../network/src/cli/main.ts', import.meta.url))

export interface Launched {
  readonly child: ChildProcess
  readonly network: NetworkFile
}

/** @param args parts and flags of `test-network`. @param keep it must not mind that the test runner leaves. */
export async function launchNetwork(
  folder: string,
  { args = [], keep = false }: { args?: readonly string[]; keep?: boolean } = {},
): Promise<Launched> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const logFile = join(folder, 'start.log')
  const log = openSync(logFile, 'w', 0o600)
  const command = [cli, 'test-network', '--state', folder, ...args]
  const child = spawn(process.execPath, command, { stdio: ['ignore', log, log, 'ipc'], detached: true, env: childEnvironment(keep) })
  const timer = setTimeout(() => child.kill('SIGTERM'), startTimeoutMs)
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve())
      child.once('exit', (code) => reject(new Error(`the test network did not start (exit code ${code}):\n${tail(logFile)}`)))
      child.once('error', reject)
    })
  } finally {
    clearTimeout(timer)
  }
  const network = readNetworkFile(statePaths(folder).networkFile)
  if (network === null) throw new Error(`the test network is ready but ${folder} does not say where it is`)
  return { child, network }
}

export async function stopNetwork(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  await exit
}

function childEnvironment(keep: boolean): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, VITEST: __, npm_lifecycle_event: ___, VESTIBULE_TEST_KEEP: ____, ...env } = process.env
  return { ...env, ...(keep ? { VESTIBULE_TEST_KEEP: '1' } : {}) }
}

const tail = (file: string) => readFileSync(file, 'utf8').trim().split('\n').slice(-15).join('\n')
