/** The consumers of the service in a process of their own, to be killed: `node consumer-process.ts` with one JSON argument. */
import { openDatabase } from '@app/db/database'
import { createInternalClient } from '@app/http/internal-client'
import { createLog } from '@app/log/log'
import { connectBroker } from '@app/outbox/broker'
import { startConsumers } from '@app/outbox/consumers'
import { z } from 'zod'
import { userConsumers } from '../src/consumers.ts'

const Options = z.object({
  database: z.object({ url: z.string(), role: z.string(), password: z.string() }),
  broker: z.object({ url: z.string(), prefix: z.string() }),
  identity: z.object({ baseUrl: z.string(), secret: z.string() }),
})
export type ConsumerProcessOptions = z.infer<typeof Options>

const { database, broker, identity } = Options.parse(JSON.parse(process.argv[2] ?? ''))
const log = createLog({ service: 'users', level: 'warn' })
startConsumers({
  service: 'users',
  system: openDatabase(database),
  broker: connectBroker({ ...broker, log }),
  consumers: userConsumers({ identity: createInternalClient({ ...identity, caller: 'users' }) }),
  log,
})
