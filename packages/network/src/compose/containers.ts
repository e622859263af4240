/** The containers of the manifest's parts. */
import type { Part, PartName } from '../manifest/types.ts'
import { migrateJob } from './container-base.ts'
import { mail, postgres, proxy, rabbitmq } from './infrastructure-containers.ts'
import { keto, kratos, oryMigrate } from './ory-containers.ts'
import { service, serviceMigrate } from './service-containers.ts'
import type { Container } from './types.ts'

const special: Partial<Record<PartName, (part: Part) => Container>> = { postgres, rabbitmq, mail, kratos, keto, proxy }

/** The container of a part, and the one that migrates its database. */
export function containersOf(part: Part): Record<string, Container> {
  const make = part.kind === 'service' ? service : special[part.name]
  if (make === undefined) throw new Error(`nobody has said how ${part.name} runs in a container`)
  const migrate = part.kind === 'service' ? serviceMigrate : part.kind === 'ory' ? oryMigrate : null
  return { ...(migrate === null ? {} : { [migrateJob(part.name)]: migrate(part) }), [part.name]: make(part) }
}
