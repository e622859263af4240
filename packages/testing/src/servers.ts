/** Where the servers of the test network are: real Postgres, RabbitMQ, Kratos, Keto, mail sink, our services and nginx. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { NetworkFile } from '@app/network/network-file'
import { currentSecret } from '@app/network/secrets'
import { statePaths } from '@app/network/state/paths'

/** Each has a variable that names a server to use instead, for example `VESTIBULE_TEST_POSTGRES_URL`. */
const variables = {
  /** The origin, as a browser sees it. */
  publicUrl: 'VESTIBULE_TEST_PUBLIC_URL',
  /** A superuser's URL, password included. */
  postgresUrl: 'VESTIBULE_TEST_POSTGRES_URL',
  /** A user that may declare and read anything, password included. */
  brokerUrl: 'VESTIBULE_TEST_BROKER_URL',
  kratosPublicUrl: 'VESTIBULE_TEST_KRATOS_PUBLIC_URL',
  kratosAdminUrl: 'VESTIBULE_TEST_KRATOS_ADMIN_URL',
  ketoReadUrl: 'VESTIBULE_TEST_KETO_READ_URL',
  ketoWriteUrl: 'VESTIBULE_TEST_KETO_WRITE_URL',
  /** maildev's pages and API. */
  mailUrl: 'VESTIBULE_TEST_MAIL_URL',
  smtpUrl: 'VESTIBULE_TEST_SMTP_URL',
  /** The local provider: accounts elsewhere. */
  providerUrl: 'VESTIBULE_TEST_PROVIDER_URL',
  identityUrl: 'VESTIBULE_TEST_IDENTITY_URL',
  identityInternalUrl: 'VESTIBULE_TEST_IDENTITY_INTERNAL_URL',
  usersUrl: 'VESTIBULE_TEST_USERS_URL',
  usersInternalUrl: 'VESTIBULE_TEST_USERS_INTERNAL_URL',
  notificationsUrl: 'VESTIBULE_TEST_NOTIFICATIONS_URL',
  notificationsInternalUrl: 'VESTIBULE_TEST_NOTIFICATIONS_INTERNAL_URL',
} as const

export type ServerName = keyof typeof variables
export type TestServers = Readonly<Record<ServerName, string>>

/** Where the test network keeps its state; the global set-up names another folder when that one is in use. */
export const testStateFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  env['VESTIBULE_TEST_STATE'] ?? fileURLToPath(new URL('../../../.vestibule/test', import.meta.url))

/** The addresses that tests ask for; one that is not there says so when it is read. */
export function testServers(env: NodeJS.ProcessEnv = process.env): TestServers {
  const found = { ...addressesOf(readNetwork(testStateFolder(env))), ...overrides(env) }
  return new Proxy(Object.freeze(found) as TestServers, {
    get: (target, name) => {
      if (name === 'then' || typeof name === 'symbol') return undefined // `await testServers()` works too
      const address = Reflect.get(target, name)
      if (typeof address !== 'string')
        throw new Error(
          `The test network has no ${name}: set ${variables[name as ServerName] ?? 'nothing, the name is wrong'}, or start it`,
        )
      return address
    },
  })
}

/** What VESTIBULE_TEST_ variables name. */
export function overrides(env: NodeJS.ProcessEnv): Partial<TestServers> {
  const named = Object.entries(variables).flatMap(([name, variable]) => {
    const value = env[variable]
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  return Object.fromEntries(named)
}

/** The variables that carry a network's addresses to test workers. */
export const asVariables = (servers: Partial<TestServers>): Record<string, string> =>
  Object.fromEntries(Object.entries(servers).map(([name, value]) => [variables[name as ServerName], value]))

function readNetwork(folder: string): NetworkFile | null {
  const file = statePaths(folder).networkFile
  return existsSync(file) ? NetworkFile.parse(JSON.parse(readFileSync(file, 'utf8'))) : null
}

/** The addresses of a running test network; only parts that it has. */
export function addressesOf(network: NetworkFile | null): Partial<TestServers> {
  if (network === null) return {}
  const { secrets } = statePaths(network.state)
  const has = (part: string) => network.parts.includes(part)
  const at = (key: string) => `127.0.0.1:${network.ports[key]}`
  const servers: Partial<Record<ServerName, string>> = {}
  const add = (part: string, addresses: () => Partial<Record<ServerName, string>>) => has(part) && Object.assign(servers, addresses())
  add('postgres', () => ({
    postgresUrl: `postgres://postgres:${currentSecret(secrets, 'postgres-superuser')}@${at('postgres.sql')}/postgres`,
  }))
  add('rabbitmq', () => ({ brokerUrl: `amqp://tests:${currentSecret(secrets, 'tests-broker')}@${at('rabbitmq.amqp')}/` }))
  add('kratos', () => ({ kratosPublicUrl: `http://${at('kratos.public')}`, kratosAdminUrl: `http://${at('kratos.admin')}` }))
  add('keto', () => ({ ketoReadUrl: `http://${at('keto.read')}`, ketoWriteUrl: `http://${at('keto.write')}` }))
  add('mail', () => ({ mailUrl: `http://${at('mail.ui')}`, smtpUrl: `smtp://${at('mail.smtp')}` }))
  add('provider', () => ({ providerUrl: `http://${at('provider.http')}` }))
  add('identity', () => ({ identityUrl: `http://${at('identity.public')}`, identityInternalUrl: `http://${at('identity.internal')}` }))
  add('users', () => ({ usersUrl: `http://${at('users.public')}`, usersInternalUrl: `http://${at('users.internal')}` }))
  add('notifications', () => ({
    notificationsUrl: `http://${at('notifications.public')}`,
    notificationsInternalUrl: `http://${at('notifications.internal')}`,
  }))
  add('proxy', () => ({ publicUrl: network.publicUrl }))
  return servers
}
