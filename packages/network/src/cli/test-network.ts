import { rmSync } from 'node:fs'
import { limitSettings, roomyLimits } from '../manifest/limit-settings.ts'
import type { Part, PartName } from '../manifest/types.ts'
import { manifest } from '../manifest.ts'
import { sentenceOf } from '../plain-error.ts'
import { freePorts } from '../ports.ts'
import { prepareContext } from '../supervisor/context.ts'
import { claimState } from '../supervisor/lock.ts'
import { runNetwork } from '../supervisor/run-network.ts'
import type { NetworkContext } from '../supervisor/types.ts'
import { withDependencies } from '../supervisor/waves.ts'
import { ensureSystemPackages } from '../system-packages.ts'
import { parseArguments } from './arguments.ts'
import { commandEnvironment } from './environment.ts'

/** Tests about the second factor of administrators ask for it themselves; the others are about something else. */
const forTests = {
  ...roomyLimits,
  VESTIBULE_ADMIN_SECOND_FACTOR: 'off',
  // Where browser tests have a second front-end.
  VESTIBULE_ALLOWED_ORIGINS: 'http://localhost:5999',
}

const usage = 'usage: main.ts test-network --state FOLDER [--code-mode passwordless|second-factor] [PART …]'

/**
 * A throw-away network on free ports, started by the tests' global set-up: fresh data each time, its own state folder, and gone
 * with the process that holds its IPC channel.
 */
export async function testNetworkCommand(args: readonly string[]): Promise<number> {
  const { positionals, settings: flags } = parseArguments(args, {
    usage,
    variables: ['VESTIBULE_STATE', 'VESTIBULE_CODE_MODE'],
    positionals: [0, 20],
  })
  // The test network takes no URL, port or secret of a running network; binaries and the cache are the machine's. Benches set limits.
  const kept = ['VESTIBULE_CACHE', 'VESTIBULE_KRATOS_BIN', 'VESTIBULE_KETO_BIN', 'VESTIBULE_NGINX_BIN', 'VESTIBULE_RABBITMQ_BIN', 'PATH']
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.includes(name) || name in limitSettings))
  const { root, state, settings, path } = commandEnvironment(flags, { ...forTests, ...env })
  const say = (line: string) => process.stdout.write(`${line}\n`)
  const wished = manifest
    .map((part) => part.name)
    .filter((name): name is PartName => positionals.length === 0 || positionals.includes(name))
  const parts = withDependencies(manifest, wished)
  await ensureSystemPackages({ settings, path, say, withBrowser: true })
  await claimState(state, say)
  for (const folder of [state.postgres, state.rabbitmq, state.ory, state.proxy, state.mail, state.logs, state.secrets]) {
    rmSync(folder, { recursive: true, force: true })
  }
  const ports = await freePorts(manifest, state.portsFile)
  const context = await buildable(prepareContext({ root, state, settings, ports, parts, isTest: true, path, say }))
  const onReady = async () => {
    process.send?.('ready')
    say('ready')
  }
  const onChange = ({ name, state: partState, reason }: { name: string; state: string; reason: string | null }) =>
    say(`${name} ${partState}${reason === null ? '' : `: ${reason}`}`)
  return await runNetwork({ context, onChange, onReady })
}

/** A service that does not compile is left out, so that the tests of the others can run; its own tests fail for want of it. */
async function buildable(context: NetworkContext): Promise<NetworkContext> {
  const isBuilt = async (part: Part) => {
    try {
      await context.builds.service(part.name)
      return true
    } catch (error) {
      context.say(`WITHOUT ${part.name}: ${sentenceOf(error)}`)
      return false
    }
  }
  context.builds.begin()
  const kept = await Promise.all(context.parts.map(async (part) => part.kind !== 'service' || (await isBuilt(part))))
  const web = () => context.builds.web().catch((error: unknown) => context.say(`WITHOUT the web app: ${sentenceOf(error)}`))
  return { ...context, parts: context.parts.filter((_, index) => kept[index]), builds: { ...context.builds, web } }
}
