import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Part, PartName } from '../manifest/types.ts'
import type { Driver, NetworkContext } from '../supervisor/types.ts'
import { epmdDriver } from './epmd.ts'
import { mailDriver } from './mail.ts'
import { postgresDriver } from './postgres.ts'
import { rabbitmqDriver } from './rabbitmq.ts'

/** How this machine runs a part of the manifest. */
export function driverOf(part: Part, context: NetworkContext): Driver {
  const make = drivers[part.name]
  if (make === undefined) throw new Error(`no driver for ${part.name}`)
  return make(context)
}

const drivers: Partial<Record<PartName, (context: NetworkContext) => Driver>> = {
  postgres: postgresDriver,
  epmd: epmdDriver,
  rabbitmq: rabbitmqDriver,
  mail: mailDriver,
}

/** Whether a part can be started from this checkout: a service whose code is still to be written cannot. */
export function isRunnable(part: Part, root: string): boolean {
  if (part.kind === 'service') return existsSync(join(root, 'services', part.name, 'src', 'main.ts')) && false
  return ['postgres', 'epmd', 'rabbitmq', 'mail'].includes(part.name)
}
