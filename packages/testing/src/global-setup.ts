/**
 * Vitest's global set-up: one network for all integration and browser tests, on free ports, with data of its own in
 * `.vestibule/test`, thrown away in the end. `VESTIBULE_TEST_KEEP=1` leaves it running and the next run uses it again.
 */
import type { ChildProcess } from 'node:child_process'
import { type NetworkFile, readNetworkFile } from '@app/network/network-file'
import { statePaths } from '@app/network/state/paths'
import { askSupervisor } from '@app/network/supervisor/control-client'
import { findSupervisor } from '@app/network/supervisor/lock'
import { launchNetwork, stopNetwork } from './launch-network.ts'
import { addressesOf, asVariables, overrides, testStateFolder } from './servers.ts'

/** What a test run cannot do without; when all are named by VESTIBULE_TEST_ variables, no network is started. */
const needed = [
  'postgresUrl',
  'brokerUrl',
  'kratosPublicUrl',
  'kratosAdminUrl',
  'ketoReadUrl',
  'ketoWriteUrl',
  'mailUrl',
  'publicUrl',
] as const

/** Vitest calls the set-up once per project, in one process: the network is shared. */
let shared: Promise<() => Promise<void>> | null = null
let users = 0

export async function setup(): Promise<() => Promise<void>> {
  users += 1
  shared ??= startNetwork()
  const stop = await shared
  return async () => {
    users -= 1
    if (users === 0) await stop()
  }
}

async function startNetwork(): Promise<() => Promise<void>> {
  const named = overrides(process.env)
  if (needed.every((name) => named[name] !== undefined)) return async () => {}
  const keep = process.env['VESTIBULE_TEST_KEEP'] === '1'
  const folder = await chooseFolder(testStateFolder(), keep)
  const kept = keep ? await findReady(folder) : null
  if (kept !== null) {
    publish(kept)
    return async () => {}
  }
  const parts = (process.env['VESTIBULE_TEST_PARTS'] ?? '').split(',').filter((part) => part !== '')
  const { child, network } = await launchNetwork(folder, { args: parts, keep })
  publish(network)
  return keep ? async () => release(child) : async () => stopNetwork(child)
}

/** Another test run of this checkout may be under way: it keeps its network, and this one gets a folder beside it. */
async function chooseFolder(first: string, keep: boolean): Promise<string> {
  for (let number = 1; number < 20; number += 1) {
    const folder = number === 1 ? first : `${first}-${number}`
    if (findSupervisor(statePaths(folder)) === null || (keep && (await findReady(folder)) !== null)) return folder
  }
  return first
}

async function findReady(folder: string): Promise<NetworkFile | null> {
  const state = statePaths(folder)
  const answer = await askSupervisor(state, { command: 'status' }, 5_000)
  return answer?.ok === true && answer.status?.ready === true ? readNetworkFile(state.networkFile) : null
}

/** Test workers inherit the addresses; what the person named stays. */
function publish(network: NetworkFile): void {
  Object.assign(process.env, asVariables({ ...addressesOf(network), ...overrides(process.env) }), { VESTIBULE_TEST_STATE: network.state })
}

function release(child: ChildProcess): void {
  child.disconnect()
  child.unref()
}
