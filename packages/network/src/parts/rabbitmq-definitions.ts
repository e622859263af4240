import { createHash, randomBytes } from 'node:crypto'
import { currentSecret } from '../secrets.ts'
import type { NetworkContext } from '../supervisor/types.ts'

/** The broker user of a test network, which may use any name: test files choose random prefixes. */
export const testBrokerUser = 'tests'
export const testBrokerSecret = 'tests-broker'

/** RabbitMQ's salted SHA-256: four random bytes, then the hash of them and the password. */
export function brokerPasswordHash(password: string, salt: Buffer = randomBytes(4)): string {
  const hash = createHash('sha256')
    .update(Buffer.concat([salt, Buffer.from(password)]))
    .digest()
  return Buffer.concat([salt, hash]).toString('base64')
}

/**
 * Users and what they may touch. A service declares and reads its own queues, and shares the exchanges.
 */
export function brokerDefinitions(
  context: Pick<NetworkContext, 'parts' | 'isTest' | 'settings'> & { state: Pick<NetworkContext['state'], 'secrets'> },
): object {
  const services = context.parts.filter((part) => part.kind === 'service').map((part) => part.name)
  const prefix = context.settings['VESTIBULE_EXCHANGE_PREFIX'] ?? ''
  const users = [
    ...services.map((name) => ({ name: name as string, secret: `${name}-broker`, pattern: ownNames(name, prefix) })),
    ...(context.isTest ? [{ name: testBrokerUser, secret: testBrokerSecret, pattern: '.*' }] : []),
  ]
  return {
    users: users.map(({ name, secret }) => ({
      name,
      password_hash: brokerPasswordHash(currentSecret(context.state.secrets, secret)),
      hashing_algorithm: 'rabbit_password_hashing_sha256',
      tags: name === testBrokerUser ? 'administrator' : '',
    })),
    vhosts: [{ name: '/' }],
    permissions: users.map(({ name, pattern }) => ({ user: name, vhost: '/', configure: pattern, write: pattern, read: pattern })),
  }
}

/** Sharing `dead-letters` lets a service read what the broker put there; it holds only what no consumer could park. */
function ownNames(service: string, prefix: string): string {
  const before = prefix.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return `^(${before}(events|revocations|dead-letters|${service}([.:-].*)?)|amq\\.(gen|default).*|)$`
}
