/** Consumes until the event comes that ends the process. */
import { openDatabase } from '@app/db/database'
import { createLog } from '@app/log/log'
import { connectBroker } from '../src/broker.ts'
import { consume } from '../src/consume.ts'
import { startConsumers } from '../src/consumers.ts'
import { effect, happened } from './fixture.ts'

const [url = '', role = '', password = '', brokerUrl = '', prefix = ''] = process.argv.slice(2)
const log = createLog({ service: 'child', level: 'silent' })
const system = openDatabase({ url, role, password, max: 5, log })
const handler = consume(happened, 'a', async ({ data }, context) => {
  if (data.n === 13) process.kill(process.pid, 'SIGKILL')
  await effect(data, context)
})
startConsumers({ service: 'tests', system, broker: connectBroker({ url: brokerUrl, prefix, log }), consumers: [handler], log })
