import { partsWithSecret, secretsOf } from '../manifest/secrets-of.ts'
import { callerSecret } from '../manifest/service-part.ts'
import type { Part, PartName } from '../manifest/types.ts'
import { setSuperuserPassword } from '../parts/postgres.ts'
import { provisionDatabases } from '../parts/provision-databases.ts'
import { importBrokerUsers } from '../parts/rabbitmq.ts'
import { PlainError } from '../plain-error.ts'
import { currentSecret, retireSecret, rotateSecret, secretValues } from '../secrets.ts'
import type { Network } from './network.ts'
import type { NetworkContext } from './types.ts'

export type SecretChange = { action: 'rotate' | 'retire'; names: readonly string[] }

/**
 * Changes secrets of a running network. Databases and broker learn new passwords first, then the parts that use a changed secret
 * are restarted one by one, the called before the callers, so that both ends of a call always share a value.
 *
 * @returns lines that say what was done.
 */
export async function changeSecrets(context: NetworkContext, network: Network, { action, names }: SecretChange): Promise<string[]> {
  const { secrets } = context.state
  const unknown = names.filter((name) => secretValues(secrets, name).length === 0)
  if (unknown.length > 0) throw new PlainError(`There is no secret named ${unknown.join(', ')}.`)
  const superuser = currentSecret(secrets, 'postgres-superuser')
  for (const name of names) action === 'rotate' ? rotateSecret(secrets, name) : retireSecret(secrets, name)
  if (action === 'rotate') {
    if (names.includes('postgres-superuser')) await setSuperuserPassword(context, superuser)
    if (names.some((name) => /-database(-|$)/.test(name))) await provisionDatabases(context)
    if (names.some((name) => name.endsWith('-broker'))) await importBrokerUsers(context)
  }
  const concerned = partsToRestart(context.parts, names)
  for (const part of concerned) await network.restartPart(part)
  return concerned.length === 0 ? [] : [`Restarted ${concerned.join(', ')}.`]
}

/** Parts that read a changed secret when they start, the called before the callers. */
export function partsToRestart(parts: readonly Part[], names: readonly string[]): PartName[] {
  const readAtStart = names.filter((name) => name !== 'postgres-superuser' && !name.endsWith('-database-owner'))
  const concerned = parts.filter((part) => readAtStart.some((name) => partsWithSecret([part], name).length > 0))
  const ordered: Part[] = []
  const visit = (part: Part, path: readonly Part[]) => {
    if (ordered.includes(part) || path.includes(part)) return
    const called = concerned.filter((other) => secretsOf(part).includes(callerSecret(part.name, other.name)))
    for (const other of called) visit(other, [...path, part])
    ordered.push(part)
  }
  for (const part of concerned) visit(part, [])
  return ordered.map((part) => part.name)
}
