import { mkdirSync } from 'node:fs'
import { findPart } from '../manifest.ts'
import { portOf } from '../ports.ts'
import { httpProbe } from '../supervisor/probe.ts'
import type { Driver, NetworkContext } from '../supervisor/types.ts'
import { baseEnvironment } from './base-environment.ts'

/** Keeps what the network sends instead of delivering it; nothing leaves the machine. */
export function mailDriver(context: NetworkContext): Driver {
  const ui = portOf(context.ports, 'mail', 'ui')
  const smtp = portOf(context.ports, 'mail', 'smtp')
  const args = ['--ip', '127.0.0.1', '--smtp', String(smtp), '--web-ip', '127.0.0.1', '--web', String(ui)]
  const limits = ['--mail-directory', context.state.mail, '--max-emails', context.isTest ? '5000' : '500', '--max-message-size', '5242880']
  return {
    prepare: async () => {
      mkdirSync(context.state.mail, { recursive: true, mode: 0o700 })
    },
    launch: () => ({
      command: context.programs['node'] ?? process.execPath,
      args: [...findPart('mail').nodeFlags, context.programs['maildev'] ?? '', ...args, ...limits, '--silent'],
      env: { ...baseEnvironment(context.state.mail), NODE_ENV: 'production' },
      cwd: context.state.mail,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 1_200,
      probe: httpProbe(ui, '/api/healthz'),
    }),
  }
}
