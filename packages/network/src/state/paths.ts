import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where a network keeps what it must remember: one folder, ignored by git. */
export type StatePaths = {
  root: string
  secrets: string
  postgres: string
  rabbitmq: string
  ory: string
  proxy: string
  mail: string
  logs: string
  run: string
  localEnv: string
  /** Addresses and pids of the running network, for tests and commands. */
  networkFile: string
  /** Ports that were chosen once and are kept. */
  portsFile: string
  /** What the guardian stops when the supervisor is gone. */
  processFile: string
  /** Who the guardian is. */
  guardianFile: string
  lockFile: string
  controlSocket: string
}

/** `sun_path` of a unix socket address has 108 bytes on Linux, the closing zero included. */
const longestSocketPath = 107

export function statePaths(folder: string): StatePaths {
  const root = resolve(folder)
  const run = join(root, 'run')
  return {
    root,
    secrets: join(root, 'secrets'),
    postgres: join(root, 'postgres'),
    rabbitmq: join(root, 'rabbitmq'),
    ory: join(root, 'ory'),
    proxy: join(root, 'proxy'),
    mail: join(root, 'mail'),
    logs: join(root, 'logs'),
    run,
    localEnv: join(root, 'local.env'),
    networkFile: join(run, 'network.json'),
    portsFile: join(run, 'ports.json'),
    processFile: join(run, 'processes'),
    guardianFile: join(run, 'guardian'),
    lockFile: join(run, 'supervisor.lock'),
    controlSocket: socketPath(run, root),
  }
}

function socketPath(run: string, root: string): string {
  const path = join(run, 'control.sock')
  if (Buffer.byteLength(path) <= longestSocketPath) return path
  const name = createHash('sha256').update(root).digest('hex').slice(0, 24)
  const short = join(tmpdir(), `vestibule-${name}.sock`)
  return Buffer.byteLength(short) <= longestSocketPath ? short : `/tmp/vestibule-${name}.sock`
}
