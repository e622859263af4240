import { partsWithSecret } from '../manifest/secrets-of.ts'
import { callerSecret } from '../manifest/service-part.ts'
import type { Part, PartName } from '../manifest/types.ts'
import { setSuperuserPassword } from '../parts/postgres.ts'
import { provisionDatabases } from '../parts/provision-databases.ts'
import { importBrokerUsers } from '../parts/rabbitmq.ts'
import { PlainError, sentenceOf } from '../plain-error.ts'
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
  const apply = action === 'rotate' ? rotateNames : retireNames
  const concerned = await apply(context, names)
  const late: string[] = []
  for (const part of concerned) {
    const isReady = await withinLimit(network.restartPart(part))
    if (!isReady) late.push(part)
  }
  return [
    ...(concerned.length === 0 ? [] : [`Restarted ${concerned.join(', ')}.`]),
    ...(late.length === 0 ? [] : [`Not ready yet: ${late.join(', ')}; \`npm run status\` tells why.`]),
  ]
}

async function retireNames(context: NetworkContext, names: readonly string[]): Promise<PartName[]> {
  for (const name of names) retireSecret(context.state.secrets, name)
  return partsToRestart(context.parts, names)
}

/** Files first, then those who check passwords: should we die in between, the next start brings them together again. */
async function rotateNames(context: NetworkContext, names: readonly string[]): Promise<PartName[]> {
  const { secrets } = context.state
  const superuser = currentSecret(secrets, 'postgres-superuser')
  // The running broker is reached with the old cookie.
  for (const name of names.filter((other) => other !== cookie)) rotateSecret(secrets, name)
  if (names.includes('postgres-superuser')) await setSuperuserPassword(context, superuser)
  if (names.some((name) => /-database(-|$)/.test(name))) await provisionDatabases(context)
  const isBrokerTold = !names.some((name) => name.endsWith('-broker')) || (await tellBroker(context))
  if (names.includes(cookie)) rotateSecret(secrets, cookie)
  const concerned = partsToRestart(context.parts, names)
  // A broker that could not be told reads its users when it starts.
  return isBrokerTold || concerned.includes('rabbitmq') ? concerned : ['rabbitmq', ...concerned]
}

const cookie = 'rabbitmq-cookie'

async function tellBroker(context: NetworkContext): Promise<boolean> {
  try {
    await importBrokerUsers(context)
    return true
  } catch (error) {
    context.say(sentenceOf(error))
    return false
  }
}

const readyLimitMs = 60_000

/** @returns whether the part was ready in time; one that is not goes on being started. */
async function withinLimit(restart: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), readyLimitMs)
  })
  try {
    return await Promise.race([
      restart.then(
        () => true,
        () => false,
      ),
      late,
    ])
  } finally {
    clearTimeout(timer)
  }
}

/** Parts that read a changed secret when they start, the called before the callers. */
export function partsToRestart(parts: readonly Part[], names: readonly string[]): PartName[] {
  const readAtStart = names.filter((name) => name !== 'postgres-superuser' && !name.endsWith('-database-owner'))
  const concerned = parts.filter((part) => readAtStart.some((name) => partsWithSecret([part], name).length > 0))
  const ordered: Part[] = []
  const visit = (part: Part, path: readonly Part[]) => {
    if (ordered.includes(part) || path.includes(part)) return
    // Only where the secret of the call is changed: services call each other in a ring.
    const called = concerned.filter((other) => names.includes(callerSecret(part.name, other.name)))
    for (const other of called) visit(other, [...path, part])
    ordered.push(part)
  }
  for (const part of concerned) visit(part, [])
  return ordered.map((part) => part.name)
}
