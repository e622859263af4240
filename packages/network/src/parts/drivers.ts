import type { Part, PartName } from '../manifest/types.ts'
import type { Driver, NetworkContext } from '../supervisor/types.ts'
import { epmdDriver } from './epmd.ts'
import { mailDriver } from './mail.ts'
import { ketoDriver, kratosDriver } from './ory.ts'
import { postgresDriver } from './postgres.ts'
import { providerDriver } from './provider.ts'
import { proxyDriver } from './proxy.ts'
import { rabbitmqDriver } from './rabbitmq.ts'
import { serviceDriver } from './service.ts'

/** How this machine runs a part of the manifest. */
export function driverOf(part: Part, context: NetworkContext): Driver {
  const make = part.kind === 'service' ? () => serviceDriver(part, context) : drivers[part.name]
  if (make === undefined) throw new Error(`no driver for ${part.name}`)
  return make(context)
}

const drivers: Partial<Record<PartName, (context: NetworkContext) => Driver>> = {
  postgres: postgresDriver,
  epmd: epmdDriver,
  rabbitmq: rabbitmqDriver,
  mail: mailDriver,
  provider: providerDriver,
  kratos: kratosDriver,
  keto: ketoDriver,
  proxy: proxyDriver,
}
