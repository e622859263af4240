import { join } from 'node:path'
import { partEnvironment } from '../environment.ts'
import { migrateEnvironment } from '../manifest/service-part.ts'
import type { Part } from '../manifest/types.ts'
import { PlainError } from '../plain-error.ts'
import { portOf } from '../ports.ts'
import { lastMeaningfulLine } from '../supervisor/last-words.ts'
import { httpProbe } from '../supervisor/probe.ts'
import type { Driver, NetworkContext } from '../supervisor/types.ts'
import { baseEnvironment } from './base-environment.ts'
import { nativePlace } from './native-place.ts'

/** A service of ours: its bundle, migrated with the owner's password and served without it. */
export function serviceDriver(part: Part, context: NetworkContext): Driver {
  const place = nativePlace(context)
  const node = context.programs['node'] ?? process.execPath
  const main = join(context.root, 'services', part.name, 'dist', 'main.js')
  const environment = () => ({ ...baseEnvironment(context.state.run), ...partEnvironment(part, place) })

  async function migrate(): Promise<void> {
    const env = { ...environment(), ...partEnvironment(part, place, migrateEnvironment(part.name)) }
    const result = await context.oneShots.run({ command: node, args: [main, 'migrate'], env, cwd: context.root })
    if (result.exitCode !== 0)
      throw new PlainError(`the migrations of ${part.name} failed: ${lastMeaningfulLine(result.output) ?? `exit code ${result.exitCode}`}`)
  }

  return {
    prepare: async () => {
      await context.builds.service(part.name)
      await migrate()
    },
    launch: () => ({
      command: node,
      args: [...part.nodeFlags, main],
      env: environment(),
      cwd: context.root,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 4_000,
      probe: httpProbe(portOf(context.ports, part.name, part.readiness.port), '/health/ready'),
    }),
  }
}
