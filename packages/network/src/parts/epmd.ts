import { portOf } from '../ports.ts'
import { talkProbe } from '../supervisor/probe.ts'
import type { Driver, NetworkContext } from '../supervisor/types.ts'
import { baseEnvironment } from './base-environment.ts'

/** Which nodes are there? Two bytes of length, then the letter n; a bare connection would be a line in epmd's log each time. */
const namesRequest = Buffer.from([0, 1, 0x6e])

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
      probe: talkProbe(port, namesRequest),
    }),
  }
}
