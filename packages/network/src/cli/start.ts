import { checkSettings } from '../check-settings.ts'
import type { Part } from '../manifest/types.ts'
import { manifest, usualParts } from '../manifest.ts'
import { readNetworkFile } from '../network-file.ts'
import { PlainError } from '../plain-error.ts'
import { resolvePorts } from '../ports.ts'
import { knownVariables, type Settings } from '../settings.ts'
import { privateFolder } from '../state/files.ts'
import { checkPorts } from '../supervisor/check-ports.ts'
import { prepareContext } from '../supervisor/context.ts'
import { claimState, findSupervisor, releaseState } from '../supervisor/lock.ts'
import { runNetwork } from '../supervisor/run-network.ts'
import type { NetworkContext } from '../supervisor/types.ts'
import { withDependencies } from '../supervisor/waves.ts'
import { ensureSystemPackages } from '../system-packages.ts'
import { parseArguments } from './arguments.ts'
import { commandEnvironment } from './environment.ts'
import { followLogs } from './follow-logs.ts'
import { createProgress } from './progress.ts'
import { readyTable } from './ready-table.ts'

const usage = `usage: npm start [-- --logs] [--port-shift N] [--state FOLDER] [--FLAG VALUE …]
Starts the network and stays until Ctrl-C. --logs follows what all parts say. Each VESTIBULE_ variable has a flag: --port-shift
is VESTIBULE_PORT_SHIFT.`

/** `npm start`. */
export async function startCommand(args: readonly string[]): Promise<number> {
  const { switches, settings: flags } = parseArguments(args, { usage, switches: ['--logs'], variables: knownVariables(manifest) })
  const { root, state, settings, path } = commandEnvironment(flags)
  const progress = createProgress()
  const running = findSupervisor(state)
  if (running !== null) {
    const address = readNetworkFile(state.networkFile)?.publicUrl
    progress.say(
      `The network already runs${address === undefined ? '' : ` at ${address}`} (process ${running.pid}). \`npm run stop\` stops it.`,
    )
    if (switches.has('--logs')) await followLogs(state, [], { lines: 20, follow: true })
    return 0
  }
  const ports = resolvePorts(manifest, settings)
  const parts = wishedParts(settings['VESTIBULE_PARTS'], settings)
  await ensureSystemPackages({ settings, path, say: progress.say })
  privateFolder(state.root)
  await claimState(state, progress.say)
  let context: NetworkContext
  try {
    await checkPorts(parts, ports)
    context = prepareContext({ root, state, settings, ports, parts, isTest: false, path, say: progress.say })
    checkSettings(context)
  } catch (error) {
    releaseState(state)
    throw error
  }
  return await runNetwork({
    context,
    onChange: progress.onChange,
    onReady: async () => {
      progress.say(await readyTable(context, progress.elapsedMs()))
      if (switches.has('--logs')) void followLogs(state, [], { lines: 0, follow: true })
    },
  })
}

/** @throws {PlainError} a name is no part's. */
function wishedParts(text: string | undefined, settings: Settings): Part[] {
  if (text === undefined) return usualParts(settings)
  const wished = text.split(',').map((name) => name.trim())
  const names: readonly string[] = manifest.map((part) => part.name)
  const unknown = wished.filter((name) => !names.includes(name))
  if (unknown.length > 0) throw new PlainError(`There is no part ${unknown.join(', ')}; there are ${names.join(', ')}.`, { exitCode: 2 })
  return withDependencies(
    manifest,
    manifest.map((part) => part.name).filter((name) => wished.includes(name)),
  )
}
