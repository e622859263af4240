import { join } from 'node:path'
import { partEnvironment } from '../environment.ts'
import { findPart } from '../manifest.ts'
import { portOf } from '../ports.ts'
import { httpProbe } from '../supervisor/probe.ts'
import type { Driver, NetworkContext } from '../supervisor/types.ts'
import { baseEnvironment } from './base-environment.ts'
import { nativePlace } from './native-place.ts'

/** Stands in for the companies whose accounts people sign in with. Runs from its source: it is for development only. */
export function providerDriver(context: NetworkContext): Driver {
  const part = findPart('provider')
  return {
    launch: () => ({
      command: context.programs['node'] ?? process.execPath,
      args: [...part.nodeFlags, join(context.root, 'packages/local-provider/src/main.ts')],
      env: { ...baseEnvironment(context.state.run), ...partEnvironment(part, nativePlace(context)) },
      cwd: context.root,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 1_200,
      probe: httpProbe(portOf(context.ports, 'provider', 'http'), '/health'),
    }),
  }
}
