import { portOf } from '../ports.ts'
import { tcpProbe } from '../supervisor/probe.ts'
import type { Driver, NetworkContext } from '../supervisor/types.ts'
import { baseEnvironment } from './base-environment.ts'

/** Erlang's port mapper for this network alone: the machine's own one, if any, is neither used nor disturbed. */
export function epmdDriver(context: NetworkContext): Driver {
  const port = portOf(context.ports, 'epmd', 'names')
  return {
    launch: () => ({
      command: context.programs['epmd'] ?? 'epmd',
      args: ['-port', String(port), '-address', '127.0.0.1'],
      env: baseEnvironment('/'),
      cwd: '/',
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 300,
      probe: tcpProbe(port),
    }),
  }
}
