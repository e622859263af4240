import postgres from 'postgres'
import { portOf } from '../ports.ts'
import { currentSecret } from '../secrets.ts'
import type { NetworkContext } from '../supervisor/types.ts'

/** A superuser's connection, for the supervisor's own work. */
export const connectAsSuperuser = (context: NetworkContext, password = currentSecret(context.state.secrets, 'postgres-superuser')) =>
  postgres({
    host: '127.0.0.1',
    port: portOf(context.ports, 'postgres', 'sql'),
    database: 'postgres',
    username: 'postgres',
    password,
    max: 1,
    connect_timeout: 2,
    // The client asks for types of its own accord: cut off meanwhile, nobody hears of the failure and the process ends.
    fetch_types: false,
    onnotice: () => {},
  })
