import type { Place } from '../environment.ts'
import { portOf } from '../ports.ts'
import { secretPath } from '../secrets.ts'
import type { NetworkContext } from '../supervisor/types.ts'

/** This machine: everything on loopback, secrets in `.vestibule/secrets`. */
export const nativePlace = ({ ports, publicUrl, state, settings }: NetworkContext): Place => ({
  address: (part, port) => `127.0.0.1:${portOf(ports, part, port)}`,
  port: (part, port) => portOf(ports, part, port),
  listenHost: '127.0.0.1',
  publicUrl,
  secretFile: (secret) => secretPath(state.secrets, secret),
  setting: (variable) => settings[variable],
})
