/** A process that relays and consumes until it is killed. */
import { openDatabase } from '@app/db/database'
import { createLog } from '@app/log/log'
import { connectBroker } from '../src/broker.ts'
import { consume } from '../src/consume.ts'
import { startConsumers } from '../src/consumers.ts'
import { startRelay } from '../src/relay.ts'
import { effect, happened } from './fixture.ts'

const [url = '', role = '', password = '', brokerUrl = '', prefix = ''] = process.argv.slice(2)
const log = createLog({ service: 'child', level: 'silent' })
const system = openDatabase({ url, role, password, max: 5, log })
const broker = connectBroker({ url: brokerUrl, prefix, log })
const handler = consume(happened, 'a', ({ data }, context) => effect(data, context))
startConsumers({ service: 'tests', system, broker, consumers: [handler], log })
startRelay({ service: 'tests', system, broker, log })
